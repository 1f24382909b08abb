import { apiDomain } from '../../src/provisioners/apiDomain.ts'
import { bucket } from '../../src/provisioners/bucket.ts'
import { certificate } from '../../src/provisioners/certificate.ts'
import { distribution } from '../../src/provisioners/distribution.ts'
import { dnsRecord } from '../../src/provisioners/dnsRecord.ts'
import { httpApi } from '../../src/provisioners/httpApi.ts'
import { originAccessControl } from '../../src/provisioners/originAccessControl.ts'
import { contract } from './contract.ts'
import { moto } from './ground.ts'
import { apiDomainSample } from './samples/apiDomain.ts'
import { bucketSample } from './samples/bucket.ts'
import { certificateSample } from './samples/certificate.ts'
import { distributionSampleWithoutFunction } from './samples/distribution.ts'
import { dnsRecordSample } from './samples/dnsRecord.ts'
import { openHttpApiSample } from './samples/httpApi.ts'
import { originAccessControlSample } from './samples/originAccessControl.ts'

contract(apiDomain, apiDomainSample, moto)
contract(bucket, bucketSample, moto)
contract(certificate, certificateSample, moto)
contract(distribution, distributionSampleWithoutFunction, moto)
contract(dnsRecord, dnsRecordSample, moto)
contract(httpApi, openHttpApiSample, moto)
contract(originAccessControl, originAccessControlSample, moto)
