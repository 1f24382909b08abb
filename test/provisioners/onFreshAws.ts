import type { AwsSession } from '../../src/aws/createAws.ts'
import { freshAws, openWorld } from '../acceptance/liveStack.ts'

/** Runs `act` against an embedded AWS of its own, in us-east-1. */
export const onFreshAws = async (act: (aws: AwsSession) => Promise<void>): Promise<void> => {
  const emulator = await freshAws()
  const { session } = openWorld(emulator.endpoint, 'us-east-1')
  try {
    await act(session)
  } finally {
    session.close()
    await emulator.close()
  }
}
