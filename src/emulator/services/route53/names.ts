/** A DNS name as Route 53 keeps it: lower case, a dot at the end, what is no letter, digit, `-` or `_` as `\ooo`. */
export const normalName = (name: string): string => {
  const plain = plainName(name)
  const dotted = plain.endsWith('.') ? plain : `${plain}.`
  return [...Buffer.from(dotted, 'latin1')]
    .map(byte => {
      const character = String.fromCharCode(byte)
      return /[a-z0-9._-]/.test(character) ? character : `\\${byte.toString(8).padStart(3, '0')}`
    })
    .join('')
}

/** With its escapes read: `\052` is `*`. */
export const plainName = (name: string): string =>
  name
    .toLowerCase()
    .replace(/\\([0-3][0-7]{2})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))

/** Names sort by their labels from the right, each with its dot ("ListResourceRecordSets"). */
export const byLabels = (a: string, b: string): number => {
  const [x, y] = [reversed(a), reversed(b)]
  return x < y ? -1 : x > y ? 1 : 0
}

const reversed = (name: string): string =>
  `${plainName(name).replace(/\.$/, '').split('.').reverse().join('.')}.`

export const liesIn = (name: string, zone: string): boolean => name === zone || name.endsWith(`.${zone}`)

const LABEL = /^[^.]{1,63}$/

/** A name DNS can carry: labels of 1 to 63, at most 255 in all. */
export const isDnsName = (name: string): boolean => {
  const plain = plainName(name).replace(/\.$/, '')
  return plain.length > 0 && plain.length <= 254 && plain.split('.').every(label => LABEL.test(label))
}
