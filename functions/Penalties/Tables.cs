using Azure.Data.Tables;
using Microsoft.Extensions.Hosting;
using Penalties.Content;
using Penalties.Intake;
using Penalties.Requests;

namespace Penalties;

/// <summary>Makes the app's tables where they are missing, and reads the data files, before the first function runs.</summary>
public sealed class Tables(TableServiceClient storage, ProductContent content) : IHostedService
{
    public static readonly IReadOnlyList<string> Names = [CaseStore.Table, CaseIndex.Table, ContactStore.Table, RefusedDeliveries.Table];

    public Task StartAsync(CancellationToken cancellation)
    {
        // Injected so that a data file with a mistake stops the start, not the first case.
        ArgumentNullException.ThrowIfNull(content);
        return Task.WhenAll(Names.Select(name => storage.CreateTableIfNotExistsAsync(name, cancellation)));
    }

    public Task StopAsync(CancellationToken cancellation) => Task.CompletedTask;
}
