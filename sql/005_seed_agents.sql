-- The five agents and their topics. Written as service_role: the tables are closed to their own owner, too.

set local role service_role;

insert into public.agents (code, name, learns, position) values
  ('pulse', 'Pulse', 'How the person is doing: morale, workload, signs of burnout.', 1),
  ('role_mapper', 'Role', 'What the person''s job really is: its purpose, its main duties, whether it faces customers, how it is measured.', 2),
  ('workflow_mapper', 'Workflow', 'How one recurring process really runs: its steps, tools and sources of data.', 3),
  ('pain_scanner', 'Friction', 'What gets in the way of the work: where, how often, how badly, and with what effect.', 4),
  ('focus_tracker', 'Focus', 'What the person is working on now, and how it has changed since the last time.', 5);

insert into public.topic_archetypes (code, agent_code, name, description, is_default, for_managers) values
  ('pulse_weekly', 'pulse', 'How the week is going',
    'How the person feels about the week at work: mood from 1 to 5 and why, workload from 1 to 5, and any sign of exhaustion.', true, false),
  ('pulse_followup', 'pulse', 'Following up on last time',
    'What the person said last time about mood and workload, and what has become of it since.', false, false),
  ('role_initial', 'role_mapper', 'What the job is',
    'The job in the person''s own words: what it is for, the main duties, whether it deals with customers, how success is measured.', true, false),
  ('role_update', 'role_mapper', 'Is the job still the same?',
    'What has been added to the job, has gone or has grown since the person last described it.', false, false),
  ('role_change', 'role_mapper', 'The new job',
    'The person''s place has just changed: what the new job is, which duties came with it and which stayed behind.', false, false),
  ('workflow_discovery', 'workflow_mapper', 'A process that comes again and again',
    'One recurring process that the person takes part in: what starts it, its steps in order, its tools, where its data come from.', true, false),
  ('workflow_deep_dive', 'workflow_mapper', 'A closer look at a known process',
    'A process that is already known: whether the person really works that way, and which steps are missing, skipped or in another order.', false, false),
  ('tools_inventory', 'workflow_mapper', 'The tools of one process',
    'The tools used in one recurring process: which one at which step, and what is used instead when one fails.', false, false),
  ('pain_general', 'pain_scanner', 'What gets in the way',
    'The one thing that costs the person most time or nerves at work now: how often, how badly from 1 to 5, with what effect.', true, false),
  ('pain_tool_specific', 'pain_scanner', 'Trouble with a tool',
    'A tool that gets in the way: what it does or fails to do, how often, how badly from 1 to 5, with what effect.', false, false),
  ('pain_workflow_specific', 'pain_scanner', 'Trouble in a process',
    'A process that doesn''t run well: at which step it sticks, how often, how badly from 1 to 5, with what effect.', false, false),
  ('focus_current', 'focus_tracker', 'What is being worked on',
    'What the person is mainly working on now, how well they can focus on it from 1 to 5, and whether it is still what it was last time.', true, false),
  ('focus_priorities', 'focus_tracker', 'What comes first',
    'What the person puts first this week, what has had to wait, and why.', false, false),
  ('focus_goals', 'focus_tracker', 'Where the team is heading',
    'What the person''s team is meant to reach, how clear that is to everybody, and what stands in the way.', false, true);

reset role;
