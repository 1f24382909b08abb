/** What is wrong with an S3 bucket name, as the end of a sentence that starts with it; null when nothing is. */
export const bucketName = (name: string): string | null => {
  if (name.length < 3) return 'is too short. A bucket name has 3 to 63 characters.'
  if (name.length > 63) return `has ${name.length} characters. A bucket name has 3 to 63.`
  if (name.includes('.')) return 'has a dot, which breaks TLS on the bucket\'s own address. Use "-" instead.'
  if (/[A-Z]/.test(name)) return `has capitals. Use ${name.toLowerCase()}.`
  const [strange] = name.match(/[^a-z0-9-]/) ?? []
  if (strange !== undefined) return `has ${JSON.stringify(strange)}. A bucket name has only a-z, 0-9 and "-".`
  if (/^-|-$/.test(name)) return 'starts or ends with "-". It must start and end with a letter or digit.'
  const [reserved] = name.match(/^(xn--|sthree-|amzn-s3-demo-)|(-s3alias|--ol-s3|--x-s3|--table-s3)$/) ?? []
  return reserved === undefined ? null : `has ${reserved}, which S3 keeps for itself. Choose another name.`
}
