import { bucket } from '../../src/provisioners/bucket.ts'
import { contract } from './contract.ts'
import { moto } from './ground.ts'
import { bucketSample } from './samples/bucket.ts'

contract(bucket, bucketSample, moto)
