import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isAwsError, refusal } from '../../../src/runtime/aws/awsError.ts'
import { elementTexts } from '../../../src/runtime/aws/xml.ts'

test.for([
  ['a qualified type', 400, {}, '{"__type":"com.amazonaws.x#NotThere","message":"why"}', 'NotThere', 'why'],
  [
    'a header',
    400,
    { 'x-amzn-errortype': 'NotThere:http://internal/' },
    '{"Message":"why"}',
    'NotThere',
    'why',
  ],
  [
    'S3',
    404,
    {},
    '<?xml?><Error><Code>NoSuchKey</Code><Message>a &lt;b&gt;</Message></Error>',
    'NoSuchKey',
    'a <b>',
  ],
  [
    'EC2',
    400,
    {},
    '<Response><Errors><Error><Code>A.B</Code><Message>why</Message></Error></Errors></Response>',
    'A.B',
    'why',
  ],
  ['HEAD', 404, {}, '', 'NotFound', 'AWS answered 404'],
  ['a proxy', 502, {}, '<html>bad gateway</html>', 'Http502', 'AWS answered 502'],
] as const)('the refusal of %s is read', ([, status, headers, body, name, message]) => {
  const error = refusal(status, headers, body)
  expect(error).toMatchObject({ name, message, status })
  expect([isAwsError(error), isAwsError(error, name), isAwsError(error, 'Other')]).toEqual([
    true,
    true,
    false,
  ])
})

test('other errors are none of AWS', () => {
  expect(isAwsError(new Error('a bug'))).toBe(false)
})

test('any body makes an error and never throws', () => {
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 300, max: 599 }), (body, status) => {
      expect(refusal(status, {}, body).name).not.toBe('')
    }),
  )
})

test('a text comes out of XML as it went in', () => {
  const escaped = (text: string) =>
    text.replace(/[&<>"']/g, sign => `&#${sign.charCodeAt(0)};`).replaceAll('x', '&#x78;')
  fc.assert(
    fc.property(fc.array(fc.string()), texts => {
      const xml = `<List>${texts.map(text => `<Key>${escaped(text)}</Key>`).join('\n')}</List>`
      expect(elementTexts(xml, 'Key')).toEqual(texts)
    }),
  )
})
