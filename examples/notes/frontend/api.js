/** The notes, as the backend keeps them. Each call waits until it is awake, and rejects with a sentence for people. */
export const api = backend => {
  const call = async (method, path, body) => {
    const response = await backend.fetch(path, {
      method,
      ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    })
    const answer = response.status === 204 ? null : await response.json().catch(() => null)
    if (!response.ok) throw new Error(answer?.error ?? `The backend answered with status ${response.status}.`)
    return answer
  }
  return {
    list: async () => (await call('GET', '/notes')).notes,
    add: text => call('POST', '/notes', { text }),
    remove: id => call('DELETE', `/notes/${id}`),
  }
}
