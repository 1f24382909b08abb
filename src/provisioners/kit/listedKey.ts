/** A key as S3 lists it with `EncodingType: 'url'`, since a key may hold what XML cannot. */
export const listedKey = (encoding: string | undefined, key: string): string =>
  encoding === 'url' ? decodeURIComponent(key.replaceAll('+', ' ')) : key
