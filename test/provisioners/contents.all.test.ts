import {
  type BucketContentsOut,
  type BucketContentsProps,
  bucketContents,
} from '../../src/provisioners/bucketContents.ts'
import type { Provisioner } from '../../src/resource.ts'
import { contract } from './contract.ts'
import { moto } from './ground.ts'
import { bucketContentsSample } from './samples/bucketContents.ts'

contract(
  // The contract hands it its own recipe back, as the engine does.
  bucketContents as unknown as Provisioner<BucketContentsProps, BucketContentsOut>,
  bucketContentsSample,
  moto,
)
