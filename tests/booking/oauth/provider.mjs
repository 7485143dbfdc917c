// A certified OAuth 2 provider (oidc-provider) on loopback, with the addresses that another base address has; it is
// told by POSTs to /control what its user does. One line on standard output says where it answers.
import { createServer } from 'node:http';
import { Provider, interactionPolicy } from 'oidc-provider';

const told = JSON.parse(process.argv[2]);
const ACCOUNT = told.account;
const user = { does: 'consent', leaves_out: [], ends_in: null, breaks: null, slow_down: 0 };
const count = { refreshes: 0 };

const server = createServer();
await new Promise((resolve) => server.listen(told.port ?? 0, '127.0.0.1', resolve));
const issuer = `http://127.0.0.1:${server.address().port}`;
const clients = new Map(told.clients.map((client) => [client.client_id, client]));
const kept = new Map();
const byGrant = new Map();

class Adapter {
  constructor(name) { this.name = name; }
  key(id) { return `${this.name}:${id}`; }
  async upsert(id, payload) {
    kept.set(this.key(id), payload);
    if (payload.grantId) byGrant.set(payload.grantId, [...(byGrant.get(payload.grantId) ?? []), this.key(id)]);
    if (payload.uid) kept.set(`uid:${payload.uid}`, id);
    if (payload.userCode) kept.set(`user:${payload.userCode}`, id);
  }
  async find(id) { return this.name === 'Client' ? clients.get(id) : kept.get(this.key(id)); }
  async findByUid(uid) { return this.find(kept.get(`uid:${uid}`)); }
  async findByUserCode(code) { return this.find(kept.get(`user:${code}`)); }
  async consume(id) { kept.get(this.key(id)).consumed = Math.floor(Date.now() / 1000); }
  async destroy(id) { kept.delete(this.key(id)); }
  async revokeByGrantId(grantId) { for (const key of byGrant.get(grantId) ?? []) kept.delete(key); byGrant.delete(grantId); }
}

// Microsoft's choice among accounts.
const policy = interactionPolicy.base();
policy.add(new interactionPolicy.Prompt({ name: 'select_account', requestable: true }), 0);

const provider = new Provider(issuer, {
  adapter: Adapter,
  clients: [],
  scopes: told.scopes,
  claims: { email: ['email', 'email_verified'], profile: ['preferred_username'] },
  conformIdTokenClaims: false,
  findAccount: (_ctx, id) => ({ accountId: id, claims: () => ({ sub: id, email: id, email_verified: true, preferred_username: id }) }),
  issueRefreshToken: () => true,
  rotateRefreshToken: () => told.rotates,
  pkce: { required: () => true },
  ttl: { AccessToken: told.access_seconds, RefreshToken: told.refresh_seconds, DeviceCode: 600 },
  clientBasedCORS: () => false,
  cookies: { keys: ['tests'] },
  routes: {
    authorization: '/oauth/authorize', token: '/oauth/token', device_authorization: '/oauth/device',
    revocation: '/oauth/revoke', userinfo: '/oauth/userinfo', introspection: '/oauth/introspect',
  },
  features: {
    devInteractions: { enabled: false }, deviceFlow: { enabled: true, mask: '****-****' },
    revocation: { enabled: true }, introspection: { enabled: true, allowedPolicy: () => true },
  },
  interactions: { policy, url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
});

async function granted(clientId, scope) {
  const grant = new provider.Grant({ accountId: ACCOUNT, clientId });
  grant.addOIDCScope(scope);
  if (user.leaves_out.length) grant.rejectOIDCScope(user.leaves_out.join(' '));
  return grant.save();
}

provider.use(async (ctx, next) => {
  if (ctx.path === '/control') {
    let body = '';
    for await (const chunk of ctx.req) body += chunk;
    const { action, ...given } = JSON.parse(body);
    if (action === 'user') Object.assign(user, given);
    if (action === 'delete_client') clients.delete(given.client_id);
    if (action === 'put_client') clients.set(given.client.client_id, given.client);
    if (action === 'revoke') for (const grantId of [...byGrant.keys()]) {
      await new Adapter('').revokeByGrantId(grantId);
      kept.delete(`Grant:${grantId}`);
    }
    if (action === 'device') {
      const code = await provider.DeviceCode.findByUserCode(given.user_code.replace(/-/g, ''));
      if (given.does === 'deny') Object.assign(code, { error: 'access_denied', errorDescription: 'no' });
      else {
        const scope = [...code.params.scope.split(' ')].join(' ');
        Object.assign(code, { accountId: ACCOUNT, grantId: await granted(code.clientId, scope), scope, claims: {}, authTime: Math.floor(Date.now() / 1000), expiresWithSession: false });
      }
      await code.save(600);
    }
    ctx.body = { ...count, tokens: [...kept.keys()].filter((key) => key.startsWith('RefreshToken:')).length };
    return;
  }
  if (ctx.path.startsWith('/interaction/')) {
    const { prompt, params } = await provider.interactionDetails(ctx.req, ctx.res);
    const result = user.does === 'deny' ? { error: 'access_denied', error_description: 'no' }
      : prompt.name === 'select_account' ? { select_account: {} }
      : prompt.name === 'login' ? { login: { accountId: ACCOUNT } }
      : { consent: { grantId: await granted(params.client_id, params.scope) } };
    await provider.interactionFinished(ctx.req, ctx.res, result, { mergeWithLastSubmission: true });
    ctx.respond = false;
    return;
  }
  if (ctx.path === '/oauth/token' && user.slow_down) {
    user.slow_down -= 1;
    ctx.status = 400; ctx.body = { error: 'slow_down' };
    return;
  }
  if (ctx.path === '/oauth/token' && user.breaks) {
    const how = user.breaks;
    if (how === 'hang') return new Promise(() => {});
    if (how === 'cut') { await next(); ctx.req.socket.destroy(); return; }
    ctx.status = how; ctx.set('Retry-After', '120'); ctx.type = 'html'; ctx.body = '<p>busy';
    return;
  }
  await next();
  if (ctx.path === '/oauth/token' && ctx.body?.access_token) {
    if (ctx.oidc?.params?.grant_type === 'refresh_token') count.refreshes += 1;
    if (user.ends_in) ctx.body.refresh_token_expires_in = user.ends_in;
  }
});

server.on('request', provider.callback());
console.log(issuer);
