"""Calls every operation with boto3, with values made from botocore's own models, and compares what comes through.

stdin: {"endpoint", "control", "services": {name: {"botocore": name, "operations": [...], "errors": {name: [codes]},
"ask": [operation, input]}}}. stdout: {"operations": n, "errors": n, "differences": [...]}.
The control server takes what the next handler shall answer (PUT) and tells what the last one was told (GET).
"""
import base64
import datetime
import json
import random
import sys
import urllib.request

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.response import StreamingBody

TEXTS = ["a", "x y", "<&>\"'", "ü€", "100%41", "a+b=c&d", "null", "0", "true"]
WIRE_TEXTS = ["a", "x-y", "0", "true"]

# Members a client fills in, works out or rewrites by itself.
OWN_BUSINESS = {
    "s3": {"ContentLength", "ContentMD5", "ContentEncoding", "Expires", "ContentRange", "SSECustomerKey",
           "SSECustomerKeyMD5", "CopySourceSSECustomerKey", "CopySourceSSECustomerKeyMD5", "ChecksumAlgorithm",
           "ChecksumMode"},
    "route53": {"HostedZoneIdMarker"},
    "events": {"EndpointId"},
}
# Texts to botocore, numbers to JavaScript.
COUNTS = {"MaxItems", "MaxResults", "PartNumberMarker", "NextPartNumberMarker"}
# Two operations of botocore with one URL, of which it calls the first deprecated.
DEPRECATED = {"s3": {"PutBucketLifecycle", "GetBucketLifecycle", "PutBucketNotification", "GetBucketNotification"}}


class Sampler:
    def __init__(self, service, seed):
        self.service = service
        self.random = random.Random(seed)

    def value(self, shape, name="", depth=0, wire=False):
        kind = shape.type_name
        if kind == "structure":
            return self.structure(shape, depth)
        if kind == "list":
            return [self.value(shape.member, name, depth + 1, wire)]
        if kind == "map":
            return {"key": self.value(shape.value, name, depth + 1, wire)}
        if kind == "string":
            return self.text(name, wire)
        if kind in ("integer", "long"):
            return self.random.choice([0, 1, 42])
        if kind in ("float", "double"):
            return self.random.choice([0.5, 1.25])
        if kind == "boolean":
            return self.random.random() < 0.5
        if kind == "timestamp":
            moment = 1_700_000_000 + self.random.randrange(10**6)
            return datetime.datetime.fromtimestamp(moment, datetime.timezone.utc)
        if kind == "blob":
            return self.random.choice([b"bytes", b"\x00\x01"])
        raise ValueError(kind)

    def text(self, name, wire):
        if name == "Bucket":
            return "a-bucket"
        if name in COUNTS:
            return "7"
        if name == "CopySource":
            return "a-bucket/key"
        # boto decodes policies, strips paths off Route 53's ids, and decodes keys of S3's lists.
        plain = wire or self.service == "s3" or "Policy" in name or "Document" in name or "Id" in name
        return self.random.choice(WIRE_TEXTS if plain else TEXTS)

    def structure(self, shape, depth):
        skipped = OWN_BUSINESS.get(self.service, set())
        members = {
            name: member
            for name, member in shape.members.items()
            if name not in skipped
            and not (self.service == "s3" and name.startswith("Checksum"))
            and not getattr(member, "is_eventstream", False)
        }
        shallow = {n: m for n, m in members.items() if m.type_name not in ("structure", "list", "map")}
        if getattr(shape, "is_tagged_union", False):
            members = dict([self.random.choice(sorted((shallow or members).items()))])
        elif depth > 4:
            first = dict(list(sorted((shallow or members).items()))[:1])
            members = {n: m for n, m in members.items() if n in shape.required_members or n in first}
            if depth > 9:
                members = {n: m for n, m in members.items() if n in shape.required_members or n in shallow}
        return {
            name: self.value(member, name, depth + 1, member.serialization.get("location") is not None)
            for name, member in members.items()
        }


def canonical(value):
    """Values are equal when their text is: counts are numbers to one SDK and texts to the other."""
    if isinstance(value, StreamingBody):
        return canonical(value.read())
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(int(value)) if float(value).is_integer() else str(value)
    if isinstance(value, list):
        return [canonical(item) for item in value]
    if isinstance(value, dict):
        return {key: canonical(item) for key, item in value.items()}
    return value


def laid_out(value):
    """As the control server reads it: what JSON has no word for is marked."""
    if isinstance(value, bytes):
        return {"$bytes": base64.b64encode(value).decode()}
    if isinstance(value, datetime.datetime):
        return {"$date": canonical(value)}
    if isinstance(value, list):
        return [laid_out(item) for item in value]
    if isinstance(value, dict):
        return {key: laid_out(item) for key, item in value.items()}
    return value


def without(value, names):
    return {key: item for key, item in value.items() if key not in names}


def main():
    order = json.load(sys.stdin)

    def control(body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(order["control"], data, method="GET" if data is None else "PUT")
        with urllib.request.urlopen(request) as response:
            return json.load(response)

    config = Config(parameter_validation=False, inject_host_prefix=False, retries={"total_max_attempts": 1},
                    response_checksum_validation="when_required", request_min_compression_size_bytes=10240)
    operations, errors, differences = 0, 0, []
    for service, known in order["services"].items():
        client = boto3.client(known["botocore"], endpoint_url=order["endpoint"], region_name="us-east-1",
                              aws_access_key_id="any", aws_secret_access_key="any", config=config)
        methods = {operation: method for method, operation in client.meta.method_to_api_mapping.items()}
        model = client.meta.service_model
        own = OWN_BUSINESS.get(service, set())
        for operation in sorted(set(known["operations"]) & set(methods) - DEPRECATED.get(service, set())):
            shapes = model.operation_model(operation)
            if shapes.has_event_stream_input or shapes.has_event_stream_output:
                continue
            operations += 1
            sampler = Sampler(service, f"{service}.{operation}")
            said = sampler.value(shapes.input_shape) if shapes.input_shape else {}
            answered = sampler.value(shapes.output_shape) if shapes.output_shape else {}
            for name, member in (shapes.output_shape.members.items() if shapes.output_shape else []):
                if member.serialization.get("location") == "statusCode":
                    answered[name] = 200
            control({"output": laid_out(answered)})
            try:
                got = getattr(client, methods[operation])(**said)
            except Exception as error:
                differences.append({"operation": f"{service}:{operation}", "failed": repr(error)[:300], "said": repr(said)[:600]})
                continue
            got = canonical(without(got, own | {"ResponseMetadata"}))
            told = canonical(without(control()["input"] or {}, own))
            if service == "s3":
                told = {name: item for name, item in told.items() if not name.startswith("Checksum")}
            if told != canonical(said):
                differences.append({"operation": f"{service}:{operation}", "said": canonical(said), "told": told})
            elif got != canonical(answered):
                differences.append({"operation": f"{service}:{operation}", "answered": canonical(answered), "got": got})
        for name, codes in known["errors"].items():
            errors += 1
            control({"error": name, "message": f"about {name} & <more>"})
            operation, given = known["ask"]
            try:
                getattr(client, methods[operation])(**given)
                differences.append({"error": f"{service}:{name}", "got": "no error"})
            except ClientError as error:
                found = error.response["Error"]
                if found["Code"] not in codes or found["Message"] != f"about {name} & <more>":
                    differences.append({"error": f"{service}:{name}", "got": found})
    json.dump({"operations": operations, "errors": errors, "differences": differences}, sys.stdout)


main()
