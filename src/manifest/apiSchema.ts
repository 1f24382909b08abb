import * as z from 'zod'
import { certificate, domain } from './frontendSchema.ts'
import { absent, choice, count, section, text } from './kit.ts'

const url = text(value =>
  URL.canParse(value) && /^https:\/\/\S+$/.test(value) ? null : 'is not an https:// URL.',
)

const jwt = section({
  issuer: url.describe('https:// URL of who signs the tokens.'),
  audience: z
    .union([text().transform(one => [one]), z.array(text()).min(1, 'must name at least one audience.')], {
      error: () => 'must be text or a list of texts.',
    })
    .describe('Whom the tokens must be meant for.'),
})

const auth = z
  .union(
    [
      choice(['none', 'token'], { jwt: '{ jwt: { issuer: https://…, audience: … } }' }),
      section({ jwt: jwt.describe('JSON Web Tokens of an OpenID Connect provider.') }),
    ],
    {
      error: () => 'must be none, token or { jwt: { issuer: https://…, audience: … } }.',
    },
  )
  .default('none')

export const api = section({
  domain: absent(domain().describe('Name of the API. Leave it out to use the one API Gateway gives.')),
  certificate: absent(
    certificate().describe(
      "ARN of a certificate in the stack's region, or auto (the default) to request one.",
    ),
  ),
  auth: auth.describe('Who may start the backend: none (everybody), token, or jwt: { issuer, audience }.'),
  throttle: section({
    rate: count(1, 10_000, 'requests per second').default(10).describe('Requests per second.'),
    burst: count(1, 5_000, 'requests').default(20).describe('Requests that may come at once.'),
  })
    .prefault({})
    .describe('Always on: every start costs money.'),
})
