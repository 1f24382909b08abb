/** What is wrong with a certificate's ARN, as the end of a sentence that starts with it; null when nothing is. */
export const certificateArn = (arn: string): string | null => {
  if (!arn.startsWith('arn:')) return 'is neither "auto" nor the ARN of a certificate (arn:aws:acm:…).'
  const parts = arn.split(':')
  if (parts[2] !== 'acm') return `is an ARN of ${parts[2] || 'nothing'}, not of acm (Certificate Manager).`
  return /^arn:aws:acm:[a-z0-9-]+:\d{12}:certificate\/[a-zA-Z0-9-]+$/.test(arn)
    ? null
    : 'is not a whole certificate ARN: arn:aws:acm:<region>:<12 digits>:certificate/<id>.'
}

/** The region and account an ARN names. */
export const arnParts = (arn: string): { region: string; account: string } => {
  const [, , , region = '', account = ''] = arn.split(':')
  return { region, account }
}
