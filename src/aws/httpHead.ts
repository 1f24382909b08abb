/** The head of a request as it goes over the wire. Throws an Error for a value that would end its line. */
export const httpHead = (
  method: string,
  path: string,
  headers: Readonly<Record<string, string | number>>,
): string => {
  let head = `${method} ${path} HTTP/1.1\r\n`
  for (const name in headers) {
    const value = String(headers[name])
    if (/[^\t\x20-\x7e\x80-\xff]/.test(value))
      throw new Error(`${name} cannot be sent: ${JSON.stringify(value)}`)
    head += `${name}: ${value}\r\n`
  }
  return `${head}\r\n`
}
