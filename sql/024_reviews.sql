-- What a person says of what was understood: the fact stays, their word lies over it, and the newest one counts.

create table public.answer_reviews (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null,
  user_id uuid not null,
  answer_id uuid not null references public.answers (id),
  verdict text not null check (verdict in ('confirmed', 'corrected')),
  corrected jsonb check (jsonb_typeof(corrected) = 'object' and length(corrected::text) <= 50000),
  created_at timestamptz not null default now(),
  constraint a_correction_says_what check ((verdict = 'corrected') = (corrected is not null))
);
comment on table public.answer_reviews is 'A person''s own word on their dot: that it is right, or what it should be. Only added to; the newest counts.';
create index answer_reviews_by_answer on public.answer_reviews (org_id, user_id, answer_id, created_at desc);

alter table public.answer_reviews enable row level security;
alter table public.answer_reviews force row level security;
grant select, insert on public.answer_reviews to service_role;
create policy "the service does its work" on public.answer_reviews to service_role using (true) with check (true);
grant select on public.answer_reviews to authenticated;
grant insert (org_id, user_id, answer_id, verdict, corrected, created_at) on public.answer_reviews to authenticated;
create policy "people see what they said of their dots" on public.answer_reviews for select to authenticated
  using (user_id = (select auth.uid()) and org_id = any (array(select app.current_org_ids())));
create policy "people say something of their own dots" on public.answer_reviews for insert to authenticated
  with check (user_id = (select auth.uid()) and org_id = any (array(select app.current_org_ids()))
    and exists (select from public.answers a where a.id = answer_id and a.org_id = answer_reviews.org_id and a.user_id = (select auth.uid())));

-- A correction is the person's words like the dot itself: what retention or erasure takes from the one goes from the other.
grant select, delete on public.answer_reviews to vizdots_definer;
create policy "words that were redacted go" on public.answer_reviews to vizdots_definer using (true);

create function app.forget_reviews() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  delete from public.answer_reviews r where r.answer_id = new.id;
  return null;
end
$$;
alter function app.forget_reviews() owner to vizdots_definer;
revoke execute on function app.forget_reviews() from public;
create trigger forget_reviews after update of redacted_at on public.answers for each row
  when (old.redacted_at is null and new.redacted_at is not null) execute function app.forget_reviews();

-- The dot as it counts: what the person corrected, else what was understood.
create function app.effective_answer(a public.answers) returns jsonb language sql stable set search_path = '' as $$
  select coalesce(
    (select r.corrected from public.answer_reviews r
      where r.org_id = a.org_id and r.user_id = a.user_id and r.answer_id = a.id and r.corrected is not null
      order by r.created_at desc, r.id desc limit 1),
    a.answer_json)
$$;
revoke execute on function app.effective_answer(public.answers) from public;
grant execute on function app.effective_answer(public.answers) to authenticated, service_role;
