/**
 * CloudFront function: a path whose last part has no dot is a page of the app, which index.html knows how to show.
 * It runs in front of the bucket only, so a missing image stays missing. S3 reads a plus sign in a path as a space
 * (github.com/aws/aws-sdk-java/issues/2128); browsers send the one in a file's name as it is.
 */
export const SPA_FALLBACK = `function handler(event) {
  var request = event.request
  var page = request.uri.indexOf('.', request.uri.lastIndexOf('/')) === -1
  if (page && (request.method === 'GET' || request.method === 'HEAD')) request.uri = '/index.html'
  request.uri = request.uri.replace(/[+]/g, '%2B')
  return request
}
`
