import { alarm } from '../../src/provisioners/alarm.ts'
import { cluster } from '../../src/provisioners/cluster.ts'
import { eventRule } from '../../src/provisioners/eventRule.ts'
import { lambdaFunction } from '../../src/provisioners/lambdaFunction.ts'
import { logGroup } from '../../src/provisioners/logGroup.ts'
import { repository } from '../../src/provisioners/repository.ts'
import { role } from '../../src/provisioners/role.ts'
import { securityGroup } from '../../src/provisioners/securityGroup.ts'
import { table } from '../../src/provisioners/table.ts'
import { taskDefinition } from '../../src/provisioners/taskDefinition.ts'
import { topic } from '../../src/provisioners/topic.ts'
import { contract } from './contract.ts'
import { moto } from './ground.ts'
import { alarmSample } from './samples/alarm.ts'
import { clusterSample } from './samples/cluster.ts'
import { eventRuleSample } from './samples/eventRule.ts'
import { lambdaFunctionSample } from './samples/lambdaFunction.ts'
import { logGroupSample } from './samples/logGroup.ts'
import { repositorySample } from './samples/repository.ts'
import { roleSample } from './samples/role.ts'
import { securityGroupSample } from './samples/securityGroup.ts'
import { tableSample } from './samples/table.ts'
import { taskDefinitionSample } from './samples/taskDefinition.ts'
import { topicSample } from './samples/topic.ts'

contract(alarm, alarmSample, moto)
contract(cluster, clusterSample, moto)
contract(eventRule, eventRuleSample, moto)
contract(lambdaFunction, lambdaFunctionSample, moto)
contract(logGroup, logGroupSample, moto)
contract(repository, repositorySample, moto)
contract(role, roleSample, moto)
contract(securityGroup, securityGroupSample, moto)
contract(table, tableSample, moto)
contract(taskDefinition, taskDefinitionSample, moto)
contract(topic, topicSample, moto)
