"""Every page of the console, and who is on it."""

from typing import Final

PUBLIC: Final = (
    "/",
    "/privacy",
    "/developers",
    "/design",
    "/sign-in",
    "/sign-up",
    "/forgot-password",
    "/check-your-mail?why=sign-up",
    "/no/such/page",
    "/auth/confirm?token_hash=x&type=recovery",
    "/invitations/old",
    "/unsubscribe?token=x",
)
MEMBERS: Final = (
    "/dashboard",
    "/dots",
    "/work",
    "/settings",
    "{open}",
    "{talk}",
    "{done}",
    "{done}/correct",
    "{dot}",
    "/set-password",
    "/organisations",
)
ADMINS: Final = (
    "/admin",
    "/admin/members",
    "/admin/members/new",
    "{member}",
    "{invited}",
    "/admin/members/import",
    "/admin/mails",
    "/admin/mails?days=90",
    "/admin/settings",
    "/admin/audit-log",
    "/admin/audit-log/verify",
    "/setup",
    "/setup/done",
    "/admin/departments",
    "{department}",
    "/admin/org-chart",
    "/admin/workflows",
    "/admin/workflows?view=list",
    "{workflow}",
    "{workflow}/correct",
    "{workflow}/feedback",
    "{workflow}/why?kind=workflow",
    "{workflow}/beside/{twin}",
)
FOUNDERS: Final = (
    "/setup/company",
    "/setup/departments",
    "/setup/people",
    "/setup/people?change=ida@initech.test",
    "/setup/launch",
)
NEWCOMERS: Final = ("/welcome", "/welcome/details", "/welcome/language")
