using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using FunctionsHosting;

namespace DurableHost.Tests;

/// <summary>What is wrong with host.json or the storage is told with the setting's name, and soon.</summary>
public sealed class OptionTests
{
    [Theory]
    [InlineData("maxConcurrentActivityFunctions", "many", "Failed to convert configuration value 'many'")]
    [InlineData("extendedSessionsEnabled", "perhaps", "Failed to convert configuration value 'perhaps'")]
    [InlineData("grpcHttpClientTimeout", "soon", "Failed to convert configuration value 'soon'")]
    [InlineData("versionMatchStrategy", "Weird", "Failed to convert configuration value 'Weird'")]
    [InlineData("tracing:version", "V9", "Failed to convert configuration value 'V9'")]
    [InlineData("storageProvider:partitionCount", "four", "Could not convert string to integer: four")]
    [InlineData("storageProvider:partitionCount", "40", "PartitionCount must be an integer value between 1 and 16.")]
    [InlineData("storageProvider:controlQueueVisibilityTimeout", "soon", "Error converting value \"soon\"")]
    [InlineData("storageProvider:controlQueueVisibilityTimeout", "00:00:10", "ControlQueueVisibilityTimeout must be between 1 and 60 minutes.")]
    [InlineData("storageProvider:queueClientMessageEncoding", "x", "Error converting value \"x\"")]
    [InlineData("storageProvider:type", "mssql", "Storage provider type (mssql) was not found. Available storage providers: AzureStorage.")]
    [InlineData("hubName", "a_b", "Task hub name 'a_b' should contain only alphanumeric characters")]
    [InlineData("hubName", "", "Task hub name '' should contain only alphanumeric characters")]
    public async Task A_refused_option_is_named_with_the_extensions_own_words(string option, string value, string words)
    {
        var refused = await Refusal(With(NoStorage, option, value));

        var problem = Assert.Single(refused.Problems);
        Assert.StartsWith($"extensions.durableTask.{option.Replace(':', '.')} is refused: ", problem, StringComparison.Ordinal);
        Assert.Contains(words, problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hub_name_from_a_missing_setting_names_the_setting()
    {
        var refused = await Refusal(With(NoStorage, "hubName", "%TASKHUB_NAME%"));

        Assert.Equal("The setting TASKHUB_NAME is missing; extensions.durableTask.hubName is taken from it.", refused.Message);
    }

    [Fact]
    public async Task A_missing_storage_setting_is_named()
    {
        Assert.Contains("The setting AzureWebJobsStorage is missing", (await Refusal(Desk.Azure(new(), storage: ""))).Message, StringComparison.Ordinal);
        Assert.Contains(
            "The setting Elsewhere is missing",
            (await Refusal(With(NoStorage, "storageProvider:connectionName", "Elsewhere"))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_storage_setting_that_is_no_connection_string_is_named() => Assert.StartsWith(
        "The setting AzureWebJobsStorage is no connection string", (await Refusal(Desk.Azure(new(), "nonsense"))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task A_storage_that_is_not_there_is_told_with_its_address_and_soon()
    {
        var took = Stopwatch.StartNew();

        var refused = await Refusal(Desk.Azure(new(), NoStorage));

        Assert.Matches("^The storage http://127.0.0.1:\\d+/devstoreaccount1 \\(setting AzureWebJobsStorage\\)", refused.Message);
        Assert.InRange(took.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(25));
    }

    [Fact]
    public async Task Entities_are_refused_on_a_hub_without_them()
    {
        var refused = await Refusal(Desk.Memory(new Worker().Entity("Counter", new Counter())));

        Assert.Contains("The function Counter is an entity", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_start_is_given_up_when_nobody_wants_it_any_more()
    {
        using var given = new CancellationTokenSource(TimeSpan.FromMilliseconds(500));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => FunctionsHosting.Durable.DurableHost.StartAsync(Desk.Azure(new(), NoStorage), given.Token));
    }

    /// <summary>A storage at a port where nothing listens.</summary>
    private static string NoStorage
    {
        get
        {
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            var where = $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/devstoreaccount1";
            return $"DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey={Convert.ToBase64String(new byte[64])};"
                + $"BlobEndpoint={where};QueueEndpoint={where};TableEndpoint={where};";
        }
    }

    private static FunctionsHosting.Durable.DurableHostOptions With(string storage, string option, string value)
    {
        var options = Desk.Azure(new(), storage);
        return options with { Extensions = new Dictionary<string, string?>(options.Extensions) { [$"durableTask:{option}"] = value } };
    }

    private static Task<HostStartException> Refusal(FunctionsHosting.Durable.DurableHostOptions options) =>
        Assert.ThrowsAsync<HostStartException>(() => FunctionsHosting.Durable.DurableHost.StartAsync(options, CancellationToken.None));
}
