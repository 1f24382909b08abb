"""Lists what stands in an account, service by service, as boto3 sees it.

argv: the region. stdout: JSON, {"inventory": {"<service> <what>": [names]}, "lacking": [what the server cannot list]}.
"""
import json
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

region = sys.argv[1]
config = Config(retries={"max_attempts": 1}, s3={"addressing_style": "path"})
session = boto3.Session(region_name=region)


def client(service, where=region):
    return session.client(service, region_name=where, config=config)


def pages(service, operation, member, where=region, **arguments):
    aws = client(service, where)
    if not aws.can_paginate(operation):
        return aws_list(getattr(aws, operation)(**arguments), member)
    answers = aws.get_paginator(operation).paginate(**arguments)
    return [thing for answer in answers for thing in aws_list(answer, member)]


def aws_list(answer, path):
    for name in path.split("."):
        answer = answer.get(name) or []
    return answer


def buckets():
    return [bucket["Name"] for bucket in pages("s3", "list_buckets", "Buckets")]


def objects():
    """Every version, delete marker and unfinished upload."""
    found = []
    for bucket in buckets():
        for member in ("Versions", "DeleteMarkers"):
            for version in pages("s3", "list_object_versions", member, Bucket=bucket):
                found.append(f"{bucket}/{version['Key']} {member} {version['VersionId']}")
        for upload in pages("s3", "list_multipart_uploads", "Uploads", Bucket=bucket):
            found.append(f"{bucket}/{upload['Key']} upload {upload['UploadId']}")
    return found


def named(name, *call, **arguments):
    return lambda: [thing[name] for thing in pages(*call, **arguments)]


def plain(*call, **arguments):
    return lambda: pages(*call, **arguments)


def clusters():
    """AWS lists a deleted cluster as INACTIVE for a while, moto for ever."""
    arns = pages("ecs", "list_clusters", "clusterArns")
    found = client("ecs").describe_clusters(clusters=arns)["clusters"] if arns else []
    return [cluster["clusterName"] for cluster in found if cluster["status"] != "INACTIVE"]


def records():
    return [
        f"{record['Name']} {record['Type']}"
        for zone in pages("route53", "list_hosted_zones", "HostedZones")
        for record in pages("route53", "list_resource_record_sets", "ResourceRecordSets", HostedZoneId=zone["Id"])
    ]


def budgets():
    account = client("sts").get_caller_identity()["Account"]
    return [budget["BudgetName"] for budget in pages("budgets", "describe_budgets", "Budgets", AccountId=account)]


def tagged():
    found = pages("resourcegroupstaggingapi", "get_resources", "ResourceTagMappingList",
                  TagFilters=[{"Key": "storyarch:stack"}])
    return [thing["ResourceARN"] for thing in found]


LISTS = {
    "s3 buckets": buckets,
    "s3 objects": objects,
    "cloudfront distributions": named("Id", "cloudfront", "list_distributions", "DistributionList.Items"),
    "cloudfront origin access controls":
        named("Name", "cloudfront", "list_origin_access_controls", "OriginAccessControlList.Items"),
    "cloudfront functions": named("Name", "cloudfront", "list_functions", "FunctionList.Items"),
    "apigateway apis": named("ApiId", "apigatewayv2", "get_apis", "Items"),
    "apigateway domains": named("DomainName", "apigatewayv2", "get_domain_names", "Items"),
    "dynamodb tables": plain("dynamodb", "list_tables", "TableNames"),
    "lambda functions": named("FunctionName", "lambda", "list_functions", "Functions"),
    "iam roles": named("RoleName", "iam", "list_roles", "Roles"),
    "logs groups": named("logGroupName", "logs", "describe_log_groups", "logGroups"),
    "sns topics": named("TopicArn", "sns", "list_topics", "Topics"),
    "sns subscriptions": named("SubscriptionArn", "sns", "list_subscriptions", "Subscriptions"),
    "cloudwatch alarms": named("AlarmName", "cloudwatch", "describe_alarms", "MetricAlarms"),
    "events rules": named("Name", "events", "list_rules", "Rules"),
    "ecr repositories": named("repositoryName", "ecr", "describe_repositories", "repositories"),
    "ecs clusters": clusters,
    "ecs task definitions ACTIVE":
        plain("ecs", "list_task_definitions", "taskDefinitionArns", status="ACTIVE"),
    "ecs task definitions INACTIVE":
        plain("ecs", "list_task_definitions", "taskDefinitionArns", status="INACTIVE"),
    "ecs task definitions DELETE_IN_PROGRESS":
        plain("ecs", "list_task_definitions", "taskDefinitionArns", status="DELETE_IN_PROGRESS"),
    "ec2 security groups": named("GroupName", "ec2", "describe_security_groups", "SecurityGroups"),
    "ec2 security group rules":
        named("SecurityGroupRuleId", "ec2", "describe_security_group_rules", "SecurityGroupRules"),
    "acm certificates": named("CertificateArn", "acm", "list_certificates", "CertificateSummaryList"),
    "acm certificates in us-east-1":
        named("CertificateArn", "acm", "list_certificates", "CertificateSummaryList", where="us-east-1"),
    "route53 records": records,
    "budgets": budgets,
    "tagged": tagged,
}

inventory = {}
lacking = []
for title, listing in LISTS.items():
    try:
        inventory[title] = sorted(listing())
    except ClientError as error:
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        if status not in (404, 501):
            raise
        lacking.append(title)
print(json.dumps({"inventory": inventory, "lacking": lacking}))
