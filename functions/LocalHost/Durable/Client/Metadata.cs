using System.Collections.Immutable;
using LocalHost.Durable.Storage;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Converters;

namespace LocalHost.Durable.Client;

internal static class Metadata
{
    public static OrchestrationMetadata From(StatusRow row, bool withInputsAndOutputs) => new(row.Start.Name, row.InstanceId)
    {
        RuntimeStatus = row.Status,
        CreatedAt = new DateTimeOffset(row.Start.Timestamp, TimeSpan.Zero),
        LastUpdatedAt = row.UpdatedAt,
        SerializedInput = withInputsAndOutputs ? row.Start.Input : null,
        SerializedOutput = withInputsAndOutputs ? row.Output : null,
        SerializedCustomStatus = withInputsAndOutputs ? row.CustomStatus : null,
        FailureDetails = withInputsAndOutputs ? row.Failure?.ToDetails() : null,
        Tags = row.Start.Tags is { } tags ? tags : ImmutableDictionary<string, string>.Empty,
        DataConverter = JsonDataConverter.Default,
        RequestedInputsAndOutputs = withInputsAndOutputs,
    };
}
