"""The identity stand-in: a local double of Supabase Auth, judged by Supabase's own clients."""
