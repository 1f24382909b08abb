/** Reflected polynomials without their leading term, and widths. */
const CRCS = {
  CRC32: { polynomial: 0xedb88320n, bits: 32n },
  CRC32C: { polynomial: 0x82f63b78n, bits: 32n },
  CRC64NVME: { polynomial: 0x9a6c9329ac4bc9b5n, bits: 64n },
} as const

export type CrcName = keyof typeof CRCS

export const isCrc = (algorithm: string): algorithm is CrcName => algorithm in CRCS

/** The CRC of all parts one after another, from their own base64 CRCs: nothing is read again. */
export const combineCrc = (
  algorithm: CrcName,
  parts: readonly { checksum: string; size: number }[],
): string => {
  const { bits } = CRCS[algorithm]
  const sum = parts.reduce((crc, part) => {
    const own = BigInt(`0x${Buffer.from(part.checksum, 'base64').toString('hex')}`)
    return multiply(algorithm, crc, power(algorithm, BigInt(part.size) * 8n)) ^ own
  }, 0n)
  return Buffer.from(sum.toString(16).padStart(Number(bits / 4n), '0'), 'hex').toString('base64')
}

/** Product of two polynomials over GF(2) modulo the CRC's; the highest bit is the coefficient of x^0. */
const multiply = (algorithm: CrcName, a: bigint, b: bigint): bigint => {
  const { polynomial, bits } = CRCS[algorithm]
  let product = 0n
  let shifted = b
  for (let bit = 1n << (bits - 1n); bit > 0n; bit >>= 1n) {
    if (a & bit) product ^= shifted
    shifted = shifted & 1n ? (shifted >> 1n) ^ polynomial : shifted >> 1n
  }
  return product
}

/** x^exponent modulo the CRC's polynomial. */
const power = (algorithm: CrcName, exponent: bigint): bigint => {
  const { bits } = CRCS[algorithm]
  let result = 1n << (bits - 1n)
  let square = 1n << (bits - 2n)
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = multiply(algorithm, result, square)
    square = multiply(algorithm, square, square)
  }
  return result
}
