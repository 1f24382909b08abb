import aws4 from 'aws4'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { s3Signer } from '../../src/aws/signS3.ts'

const encoded = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, c => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }).filter(word => word.isWellFormed())
// A browser-like name of only dots is a folder to aws4.
const name = text.filter(word => !/^\.+$/.test(word) && !word.includes('/'))

test('signs as the package aws4 does: any key, any query, any header, with a session or without', () => {
  fc.assert(
    fc.property(
      fc.array(name, { minLength: 1, maxLength: 3 }),
      fc.dictionary(fc.constantFrom('partNumber', 'uploadId', 'list-type', 'prefix', 'uploads'), text, {
        maxKeys: 3,
      }),
      fc.dictionary(
        fc.constantFrom('content-type', 'cache-control', 'x-amz-copy-source', 'content-md5'),
        fc.stringMatching(/^[!-~]( ?[!-~]){0,12}$/),
      ),
      fc.option(fc.stringMatching(/^[A-Za-z0-9/+]{20}$/), { nil: undefined }),
      fc.date({ min: new Date('2020-01-01'), max: new Date('2030-01-01'), noInvalidDate: true }),
      (names, query, given, sessionToken, now) => {
        const keys = { accessKeyId: 'AKID', secretAccessKey: 'secret', sessionToken }
        const path = `/${names.map(encoded).join('/')}`
        const pairs = Object.entries(query).map(([key, value]) => `${encoded(key)}=${encoded(value)}`)
        const headers = { ...given, host: 'bucket.s3.eu-west-1.amazonaws.com', 'content-length': 3 }
        const ours = s3Signer('eu-west-1')({ method: 'PUT', path, query: pairs.sort(), headers }, keys, now)
        const theirs = aws4.sign(
          {
            service: 's3',
            region: 'eu-west-1',
            method: 'PUT',
            host: 'bucket.s3.eu-west-1.amazonaws.com',
            path: pairs.length === 0 ? path : `${path}?${pairs.join('&')}`,
            headers: {
              ...headers,
              'x-amz-content-sha256': 'UNSIGNED-PAYLOAD',
              'x-amz-date': ours['x-amz-date'] ?? '',
              ...(sessionToken !== undefined && { 'x-amz-security-token': sessionToken }),
            },
          },
          keys,
        )
        const wanted = Object.entries(theirs.headers ?? {}).find(
          ([key]) => key.toLowerCase() === 'authorization',
        )
        expect(ours['authorization']).toBe(wanted?.[1])
      },
    ),
  )
})
