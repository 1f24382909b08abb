import type { Call } from '../../service.ts'
import type { ContainerDriver } from './driver.ts'

export const engineDriver = (
  _engine: 'docker' | 'podman',
  _callOf: (service: string, region: string) => Call,
): ContainerDriver => {
  throw new Error('to come')
}
