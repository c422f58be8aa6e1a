#!/bin/bash
# Runs a class of Kafka; the jars have the server and its storage tool, not the other command lines.
exec "$JAVA_HOME/bin/java" ${KAFKA_HEAP_OPTS:--Xmx512m} ${KAFKA_JVM_PERFORMANCE_OPTS:-} ${KAFKA_OPTS:-} \
    -Djava.util.logging.config.file=/opt/kafka/config/logging.properties -cp '/opt/kafka/libs/*' "$@"
