import { AwsError } from '../../service.ts'

const RANGE = /^bytes=(\d*)-(\d*)$/

/**
 * `bytes=a-b`, `bytes=a-` or `bytes=-n` as first and last byte, cut to the object. Undefined: not one range, so it is
 * ignored, as S3 does with what it does not understand. Throws InvalidRange when nothing of it lies in the object.
 */
export const byteRange = (
  header: string | undefined,
  size: number,
): { first: number; last: number } | undefined => {
  const [, from, to] = RANGE.exec(header?.trim() ?? '') ?? []
  if (from === undefined || to === undefined || (from === '' && to === '')) return undefined
  if (from !== '' && to !== '' && Number(from) > Number(to)) return undefined
  const first = from === '' ? Math.max(size - Number(to), 0) : Number(from)
  const last = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1)
  if (first > last || (from === '' && Number(to) === 0))
    throw new AwsError('InvalidRange', 'The requested range is not satisfiable', {
      status: 416,
      fields: { RangeRequested: header, ActualObjectSize: size },
    })
  return { first, last }
}
