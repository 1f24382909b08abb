import { apiDomain } from '../../src/provisioners/apiDomain.ts'
import { bucket } from '../../src/provisioners/bucket.ts'
import { certificate } from '../../src/provisioners/certificate.ts'
import { cloudfrontFunction } from '../../src/provisioners/cloudfrontFunction.ts'
import { distribution } from '../../src/provisioners/distribution.ts'
import { dnsRecord } from '../../src/provisioners/dnsRecord.ts'
import { httpApi } from '../../src/provisioners/httpApi.ts'
import { originAccessControl } from '../../src/provisioners/originAccessControl.ts'
import { contract } from './contract.ts'
import { embedded } from './ground.ts'
import { apiDomainSample } from './samples/apiDomain.ts'
import { bucketSample } from './samples/bucket.ts'
import { certificateSample } from './samples/certificate.ts'
import { cloudfrontFunctionSample } from './samples/cloudfrontFunction.ts'
import { distributionSample } from './samples/distribution.ts'
import { dnsRecordSample } from './samples/dnsRecord.ts'
import { httpApiSample } from './samples/httpApi.ts'
import { originAccessControlSample } from './samples/originAccessControl.ts'

contract(apiDomain, apiDomainSample, embedded)
contract(bucket, bucketSample, embedded)
contract(certificate, certificateSample, embedded)
contract(cloudfrontFunction, cloudfrontFunctionSample, embedded)
contract(distribution, distributionSample, embedded)
contract(dnsRecord, dnsRecordSample, embedded)
contract(httpApi, httpApiSample, embedded)
contract(originAccessControl, originAccessControlSample, embedded)
