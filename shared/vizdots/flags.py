"""Feature flags: on, unless a deployment or an organisation turns them off."""

from typing import Final, Literal, get_args

AlwaysOn = Literal["WORKFLOW_VERSIONING", "AUDIT_LOG", "FACT_IMMUTABILITY"]  # what the product's word rests on
Switch = Literal[
    "WORKFLOW_OVERRIDES",
    "ACCURACY_FEEDBACK",
    "OWNER_NOTES",
    "RESET_TO_AI",
    "WORKFLOW_VARIANTS",
    "FRICTION_TRACKING",
    "VARIANT_ANALYTICS",
    "MULTI_LANGUAGE",
    "LANGUAGE_PREFERENCES",
    "AUTO_TRANSLATION",
    "TEAM_HEALTH_SCORECARD",
    "DEPARTMENT_METRICS",
    "METRIC_COMPUTATION",
    "PATTERN_ALERTS",
    "COACHING_SUGGESTIONS",
    "ALERT_LIFECYCLE",
    "PRIVACY_SETTINGS",
    "CONSENT_TRACKING",
    "DATA_EXPORT",
    "DATA_RETENTION",
]
Flag = Literal[AlwaysOn, Switch]

ALWAYS_ON: Final[tuple[AlwaysOn, ...]] = get_args(AlwaysOn)
SWITCHES: Final[tuple[Switch, ...]] = get_args(Switch)
FLAGS: Final[tuple[Flag, ...]] = (*ALWAYS_ON, *SWITCHES)
