#!/bin/bash
# The official Python programs that judge the simulated cloud, and a store that drover's client is tested against.
exec "$(dirname "$0")/setup-python.sh" cloud-sdk \
    'huaweicloudsdkcph>=3.1.219' 'esdk-obs-python>=3.26' 'boto3>=1.44' 'moto[s3,server]>=5.2'
