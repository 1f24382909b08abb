/** What is wrong with a DNS name, as the end of a sentence that starts with it; null when nothing is. */
export const domainName = (name: string): string | null => {
  if (/^https?:\/\//i.test(name)) return 'is a URL. Write the name alone, without "https://".'
  if (name.endsWith('.')) return `ends with a dot. Use ${name.replace(/\.+$/, '')}.`
  if (/[A-Z]/.test(name)) return `has capitals. Use ${name.toLowerCase()}.`
  if (name.length > 253) return `has ${name.length} characters. A DNS name has at most 253.`
  const labels = name.split('.')
  if (labels.length < 2) return 'is not a full DNS name such as app.example.com.'
  const wrong = labels.find(label => !/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(label))
  if (wrong === undefined) return /^\d+$/.test(labels.at(-1) ?? '') ? 'is an address, not a DNS name.' : null
  if (wrong === '') return 'has two dots in a row or starts with one.'
  return `has the part ${JSON.stringify(wrong)}. Each part has 1 to 63 of a-z, 0-9 and "-", with no "-" at its ends.`
}
