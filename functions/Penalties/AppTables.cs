using Azure.Data.Tables;
using Microsoft.Extensions.Hosting;
using Penalties.Blocking;
using Penalties.Content;
using Penalties.Intake;
using Penalties.Privacy;

namespace Penalties;

/// <summary>The app's tables, under the prefix of this installation.</summary>
public sealed class AppTables(TableServiceClient storage, IOptions<StorageOptions> options)
{
    /// <summary>Rows of one partition that one transaction may change.</summary>
    public const int MostInTransaction = 100;

    public static readonly IReadOnlyList<string> Names =
    [
        CaseStore.Table, CaseIndex.Table, CaseDirectory.Table, ContactStore.Table, RefusedDeliveries.Table, OperationTable.Name, PurgePlan.Table,
        AccessLog.Table, DeadLetters.Table,
    ];

    public TableClient Of(string name) => storage.GetTableClient(options.Value.TablePrefix + name);

    public Task Create(CancellationToken cancellation) => Task.WhenAll(Names.Select(name => Of(name).CreateIfNotExistsAsync(cancellation)));
}

/// <summary>Makes the tables where they are missing, and reads the data files, before the first function runs.</summary>
public sealed class Preparation(AppTables tables, ProductContent content) : IHostedService
{
    public Task StartAsync(CancellationToken cancellation)
    {
        // Injected so that a data file with a mistake stops the start, not the first case.
        ArgumentNullException.ThrowIfNull(content);
        return tables.Create(cancellation);
    }

    public Task StopAsync(CancellationToken cancellation) => Task.CompletedTask;
}

/// <summary>Settings <c>Storage:*</c>.</summary>
public sealed class StorageOptions
{
    public const string Section = "Storage";

    /// <summary>Stands before every table's name, so that several installations can share one storage account.</summary>
    public string TablePrefix { get; set; } = "";

    internal IEnumerable<string> Problems() =>
        TablePrefix.Length == 0 || (TablePrefix.Length <= 20 && char.IsAsciiLetter(TablePrefix[0]) && TablePrefix.All(char.IsAsciiLetterOrDigit))
            ? []
            : [$"{Section}:TablePrefix is '{TablePrefix}'; at most 20 letters and digits, a letter first, are allowed."];
}
