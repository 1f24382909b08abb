import { alarm } from '../../src/provisioners/alarm.ts'
import { budget } from '../../src/provisioners/budget.ts'
import { cluster } from '../../src/provisioners/cluster.ts'
import { eventRule } from '../../src/provisioners/eventRule.ts'
import { image } from '../../src/provisioners/image.ts'
import { lambdaFunction } from '../../src/provisioners/lambdaFunction.ts'
import { logGroup } from '../../src/provisioners/logGroup.ts'
import { repository } from '../../src/provisioners/repository.ts'
import { role } from '../../src/provisioners/role.ts'
import { securityGroup } from '../../src/provisioners/securityGroup.ts'
import { table } from '../../src/provisioners/table.ts'
import { taskDefinition } from '../../src/provisioners/taskDefinition.ts'
import { topic } from '../../src/provisioners/topic.ts'
import { contract } from './contract.ts'
import { embedded } from './ground.ts'
import { alarmSample } from './samples/alarm.ts'
import { budgetSample } from './samples/budget.ts'
import { clusterSample } from './samples/cluster.ts'
import { eventRuleSample } from './samples/eventRule.ts'
import { imageSample } from './samples/image.ts'
import { lambdaFunctionSample } from './samples/lambdaFunction.ts'
import { logGroupSample } from './samples/logGroup.ts'
import { repositorySample } from './samples/repository.ts'
import { roleSample } from './samples/role.ts'
import { securityGroupSample } from './samples/securityGroup.ts'
import { tableSample } from './samples/table.ts'
import { taskDefinitionSample } from './samples/taskDefinition.ts'
import { topicSample } from './samples/topic.ts'

contract(alarm, alarmSample, embedded)
contract(budget, budgetSample, embedded)
contract(cluster, clusterSample, embedded)
contract(eventRule, eventRuleSample, embedded)
contract(image, imageSample, embedded)
contract(lambdaFunction, lambdaFunctionSample, embedded)
contract(logGroup, logGroupSample, embedded)
contract(repository, repositorySample, embedded)
contract(role, roleSample, embedded)
contract(securityGroup, securityGroupSample, embedded)
contract(table, tableSample, embedded)
contract(taskDefinition, taskDefinitionSample, embedded)
contract(topic, topicSample, embedded)
