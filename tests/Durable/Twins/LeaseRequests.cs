using Azure.Core;
using Azure.Core.Pipeline;

namespace Durable.Tests.Twins;

/// <summary>Stands before a real storage: counts what is asked of it, and can keep it away.</summary>
internal sealed class LeaseRequests : HttpPipelinePolicy
{
    private int _count;

    /// <summary>True: the storage is away.</summary>
    public bool Fail { get; set; }

    public int Count => Volatile.Read(ref _count);

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) =>
        throw new NotSupportedException("The lease is asked for asynchronously.");

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        Interlocked.Increment(ref _count);
        if (Fail)
        {
            throw new IOException("The storage is away.");
        }

        await ProcessNextAsync(message, pipeline);
    }
}
