// One person's whole way through the stand-in with Supabase's JavaScript client. Prints a JSON report of what it saw.
// usage: node supabase_js.mjs URL ANON_KEY SERVICE_ROLE_KEY
import { createClient } from "@supabase/supabase-js";

const [url, anonKey, serviceRoleKey] = process.argv.slice(2);
const email = "js@acme.test";
const password = "correct horse battery";

// The client brings a realtime part that wants a WebSocket, which older Nodes lack; nothing here opens one.
class NoWebSocket {}

function connect(key, auth = {}) {
  return createClient(url, key, {
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false, ...auth },
    realtime: { transport: NoWebSocket },
  });
}

function good({ data, error }) {
  if (error) throw error;
  return data;
}

async function newestMail(to) {
  const answer = await fetch(`${url}/mailbox.json?to=${encodeURIComponent(to)}`);
  return (await answer.json())[0];
}

async function follow(link) {
  const answer = await fetch(link, { redirect: "manual" });
  return new URL(answer.headers.get("location"));
}

async function sessionOf(link) {
  const fragment = new URLSearchParams((await follow(link)).hash.slice(1));
  return { access_token: fragment.get("access_token"), refresh_token: fragment.get("refresh_token") };
}

const report = {};
const person = connect(anonKey);
const administrator = connect(serviceRoleKey).auth.admin;

const signedUp = good(await person.auth.signUp({ email, password, options: { data: { name: "Jo" } } }));
report.signedUpWithoutSession = signedUp.session === null && signedUp.user.email === email;

const early = await person.auth.signInWithPassword({ email, password });
report.unconfirmed = early.error?.code;

const wrong = await person.auth.signInWithPassword({ email, password: "not it at all" });
report.wrongPassword = [wrong.error?.status, wrong.error?.code];

good(await person.auth.setSession(await sessionOf((await newestMail(email)).link)));
report.confirmed = Boolean(good(await person.auth.getUser()).user.email_confirmed_at);

const signedIn = good(await person.auth.signInWithPassword({ email, password }));
report.signedIn = signedIn.user.user_metadata.name;

const claims = good(await person.auth.getClaims());
report.claims = [claims.header.alg, claims.claims.role, claims.claims.aud, claims.claims.email];

const refreshed = good(await person.auth.refreshSession());
report.refreshed = refreshed.session.refresh_token !== signedIn.session.refresh_token;

good(await person.auth.resetPasswordForEmail(email));
good(await person.auth.setSession(await sessionOf((await newestMail(email)).link)));
good(await person.auth.updateUser({ password: "a new password" }));
report.newPassword = Boolean(good(await person.auth.signInWithPassword({ email, password: "a new password" })).session);

const weak = await person.auth.updateUser({ password: "short" });
report.weak = [weak.error?.code, weak.error?.reasons];

const invited = good(await administrator.inviteUserByEmail("js-guest@acme.test", { data: { team: "Field" } }));
const guest = connect(anonKey);
good(await guest.auth.setSession(await sessionOf((await newestMail("js-guest@acme.test")).link)));
good(await guest.auth.updateUser({ password }));
const accepted = good(await guest.auth.signInWithPassword({ email: "js-guest@acme.test", password }));
report.accepted = accepted.user.id === invited.user.id && accepted.user.user_metadata.team === "Field";

const listed = good(await administrator.listUsers({ page: 1, perPage: 1 }));
report.listed = [listed.users.length, listed.total >= 2, listed.nextPage];

const intruder = await connect(anonKey).auth.admin.listUsers();
report.anonListsUsers = [intruder.error?.status, intruder.error?.code];

// Of PKCE the client keeps the verifier itself.
const kept = new Map();
const storage = {
  getItem: (name) => kept.get(name) ?? null,
  setItem: (name, value) => void kept.set(name, value),
  removeItem: (name) => void kept.delete(name),
};
const browser = connect(anonKey, { flowType: "pkce", persistSession: true, storage });
good(await browser.auth.signInWithOtp({ email }));
const code = (await follow((await newestMail(email)).link)).searchParams.get("code");
report.pkce = good(await browser.auth.exchangeCodeForSession(code)).user.email;

good(await person.auth.signOut());
report.signedOut = good(await person.auth.getSession()).session === null;
const afterwards = await person.auth.refreshSession({ refresh_token: refreshed.session.refresh_token });
report.refreshAfterSigningOut = afterwards.error?.code;

console.log(JSON.stringify(report));
