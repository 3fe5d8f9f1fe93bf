-- Eleven languages: what they are called, who prefers which, and in which one a dot was told.
-- Before the first release the tables are empty, and locks harmless:
-- squawk-ignore-file adding-foreign-key-constraint, require-concurrent-index-creation

create table public.supported_languages (
  code text primary key check (code ~ '^[a-z]{2}$'),
  english_name text not null,
  native_name text not null,
  created_at timestamptz not null default now()
);

alter table public.supported_languages enable row level security;
alter table public.supported_languages force row level security;
grant select, insert, update on public.supported_languages to service_role;
create policy "the service does its work" on public.supported_languages to service_role using (true) with check (true);
grant select on public.supported_languages to authenticated;
create policy "everybody who is signed in knows the languages" on public.supported_languages for select to authenticated using (true);

set local role service_role;
insert into public.supported_languages (code, english_name, native_name) values
  ('en', 'English', 'English'),
  ('es', 'Spanish', 'Español'),
  ('fr', 'French', 'Français'),
  ('de', 'German', 'Deutsch'),
  ('pt', 'Portuguese', 'Português'),
  ('it', 'Italian', 'Italiano'),
  ('nl', 'Dutch', 'Nederlands'),
  ('pl', 'Polish', 'Polski'),
  ('ja', 'Japanese', '日本語'),
  ('zh', 'Chinese', '中文'),
  ('ko', 'Korean', '한국어');
reset role;

alter table public.organization_members add column preferred_language_code text not null default 'en'
  references public.supported_languages (code);
grant insert (preferred_language_code) on public.organization_members to authenticated;

-- The language of a text is detected, and people write in more languages than the product speaks: no foreign key.
alter table public.answers
  add column language_code text check (language_code ~ '^[a-z]{2,3}$'),
  add column translated_text_en text check (length(translated_text_en) <= 200000),
  add column translation_confidence numeric check (translation_confidence between 0 and 1),
  add column was_translated boolean not null default false;
comment on column public.answers.translated_text_en is 'The raw text itself when it is English; null until a translation succeeded, then never changed.';
create index answers_to_translate on public.answers (created_at) where translated_text_en is null and redacted_at is null;
grant insert (language_code, translated_text_en, translation_confidence, was_translated) on public.answers to authenticated;
