import { invalid } from './invalid.ts'

/** `digits` x 10^`exponent`, without trailing zeros in `digits`. */
interface Decimal {
  digits: bigint
  exponent: number
}

const NUMBER = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,9}))?$/

/** DynamoDB's number type: 38 significant digits, magnitudes 1E-130 to 9.99E+125 (docs: "Supported data types"). */
const parse = (text: string): Decimal => {
  const [, sign, whole = '', fraction = '', power = '0'] = NUMBER.exec(text) ?? []
  const written = whole + fraction
  if (sign === undefined || written === '')
    throw invalid(`The parameter cannot be converted to a numeric value: ${text}`)
  const significant = written.replace(/0+$/, '')
  const magnitude = BigInt(significant === '' ? '0' : significant)
  if (magnitude === 0n) return { digits: 0n, exponent: 0 }
  return checked({
    digits: sign === '-' ? -magnitude : magnitude,
    exponent: Number(power) - fraction.length + (written.length - significant.length),
  })
}

const checked = (value: Decimal): Decimal => {
  const count = String(value.digits).replace('-', '').length
  const magnitude = value.exponent + count - 1
  if (magnitude > 125)
    throw invalid('Number overflow. Attempting to store a number with magnitude larger than supported range')
  if (magnitude < -130)
    throw invalid(
      'Number underflow. Attempting to store a number with magnitude smaller than supported range',
    )
  if (count > 38) throw invalid('Attempting to store more than 38 significant digits in a Number')
  return value
}

const print = ({ digits, exponent }: Decimal): string => {
  if (exponent >= 0) return String(digits * 10n ** BigInt(exponent))
  const [sign, plain] = digits < 0n ? ['-', String(-digits)] : ['', String(digits)]
  const padded = plain.padStart(1 - exponent, '0')
  return `${sign}${padded.slice(0, exponent)}.${padded.slice(exponent)}`
}

/** Both as whole numbers of the smaller unit. */
const aligned = (left: Decimal, right: Decimal): [bigint, bigint, number] => {
  const exponent = Math.min(left.exponent, right.exponent)
  const scaled = (value: Decimal) => value.digits * 10n ** BigInt(value.exponent - exponent)
  return [scaled(left), scaled(right), exponent]
}

/** The one way DynamoDB answers a number: `1.50` is `1.5`, `1e3` is `1000`. Throws ValidationException. */
export const normalNumber = (text: string): string => print(parse(text))

/** Negative, 0 or positive, as `left` is smaller, equal or greater. */
export const compareNumbers = (left: string, right: string): number => {
  const [a, b] = aligned(parse(left), parse(right))
  return a < b ? -1 : a > b ? 1 : 0
}

/** Exact, or a ValidationException when 38 digits do not hold it. */
export const addNumbers = (left: string, right: string): string => {
  const [a, b, exponent] = aligned(parse(left), parse(right))
  return normalNumber(`${a + b}e${exponent}`)
}

export const negateNumber = (text: string): string => {
  const { digits, exponent } = parse(text)
  return print({ digits: -digits, exponent })
}
