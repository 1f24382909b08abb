/**
 * CloudFront function: a path whose last part has no dot is a page of the app, which index.html knows how to show.
 * It runs in front of the bucket only, so a missing image stays missing.
 */
export const SPA_FALLBACK = `function handler(event) {
  var request = event.request
  var page = request.uri.indexOf('.', request.uri.lastIndexOf('/')) === -1
  if (page && (request.method === 'GET' || request.method === 'HEAD')) request.uri = '/index.html'
  return request
}
`
