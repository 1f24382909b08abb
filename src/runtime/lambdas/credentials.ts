/**
 * Stands in for the SDK's credential chain when the Lambdas are bundled: Lambda puts the role's credentials into the
 * environment, and the chain's other links would be a third of the code.
 */
export const defaultProvider = () => async () => ({
  accessKeyId: process.env['AWS_ACCESS_KEY_ID'] ?? '',
  secretAccessKey: process.env['AWS_SECRET_ACCESS_KEY'] ?? '',
  sessionToken: process.env['AWS_SESSION_TOKEN'],
})
