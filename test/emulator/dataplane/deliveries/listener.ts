import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Running } from '../../running.ts'
import { until } from '../../until.ts'
import { createFunction } from '../functions.ts'

/** A function that keeps every event it gets. */
export interface Listener {
  readonly arn: string
  /** All events so far, in the order they came, once there are as many. */
  heard(count: number): Promise<unknown[]>
  /**
   * The same, while the clock moves on. A try has failed only some time after its event was kept, and the pause before the
   * next one begins there: moving the clock once could come too early.
   */
  heardWithTime(count: number): Promise<unknown[]>
}

const STEP_SECONDS = 5

/** `fails`: how many of its first events it throws at, after it has kept them. */
export const createListener = async (aws: Running, name: string, fails = 0): Promise<Listener> => {
  // Beside the emulator's own folder, and removed with it.
  const folder = mkdtempSync(join(aws.folder, 'heard-'))
  const arn = await createFunction(
    aws,
    name,
    `const fs = require('fs')
     exports.handler = async event => {
       const count = fs.readdirSync(process.env.HEARD).length
       // Several processes of it may run at once; this clock is the same for all.
       const file = process.env.HEARD + '/' + String(process.hrtime.bigint()).padStart(20, '0') + '-' + process.pid
       fs.writeFileSync(file + '.new', JSON.stringify(event))
       fs.renameSync(file + '.new', file)
       if (count < ${fails}) throw new Error('not yet')
     }`,
    { Environment: { Variables: { HEARD: folder } } },
  )
  const read = () =>
    readdirSync(folder)
      .filter(file => !file.endsWith('.new'))
      .sort()
      .map((file): unknown => JSON.parse(readFileSync(join(folder, file), 'utf8')))
  const heard = (count: number) => (read().length >= count ? read() : undefined)
  return {
    arn,
    heard: count => until(() => heard(count), read),
    heardWithTime: count =>
      until(() => {
        aws.advance(STEP_SECONDS)
        return heard(count)
      }, read),
  }
}
