using FunctionsHosting;
using FunctionsHosting.Configuration;
using FunctionsHosting.Worker;
using FunctionsHosting.Worker.Rpc;

namespace Host.Tests;

/// <summary>What a worker tells of its functions is checked before anything runs; whatever would be silently dead is refused by name.</summary>
public sealed class CatalogueTests
{
    private const string Http = """{"name":"request","type":"httpTrigger","direction":"In","authLevel":"Anonymous"}""";

    [Theory]
    [InlineData("""{"name":"x","type":"durableClient","direction":"In"}""", "has no trigger")]
    [InlineData("""{"name":"blob","type":"blobTrigger","direction":"In"}""", "trigger 'blob' of type blobTrigger is not served by this host; it serves: httpTrigger")]
    [InlineData("""{"name":"item","type":"queueTrigger","direction":"In"}""", "trigger 'item' of type queueTrigger is not served")]
    [InlineData("""{"name":"t","type":"timerTrigger","direction":"In","schedule":"at nine"}""", "schedule 'at nine' is not five or six NCRONTAB fields")]
    [InlineData("""{"name":"t","type":"timerTrigger","direction":"In","schedule":"%Nightly%"}""", "setting 'Nightly', used in its schedule '%Nightly%', is missing")]
    [InlineData("""{"name":"r","type":"httpTrigger","direction":"In","route":"cases/{id"}""", "route 'cases/{id' is not a route template")]
    [InlineData("""{"name":"r","type":"httpTrigger","direction":"In","route":"cases/{id:uuid}"}""", "unknown constraint uuid; allowed: int, bool,")]
    [InlineData("""{"name":"m","type":"serviceBusTrigger","direction":"In","queueName":"q","connection":"Nowhere"}""", "setting 'Nowhere' is missing")]
    [InlineData("""{"name":"m","type":"serviceBusTrigger","direction":"In","queueName":"q"}""", "setting 'AzureWebJobsServiceBus' is missing")]
    [InlineData("""{"name":"m","type":"serviceBusTrigger","direction":"In","topicName":"events","subscriptionName":"s"}""", "listens to topic 'events'")]
    [InlineData("""{"name":"m","type":"serviceBusTrigger","direction":"In","queueName":"q","cardinality":"Many"}""", "IsBatched is not served by this host")]
    [InlineData("""{"name":"m","type":"serviceBusTrigger","direction":"In","queueName":"q","isSessionsEnabled":true}""", "IsSessionsEnabled is not served")]
    public void A_function_that_cannot_run_is_refused_with_what_is_wrong_and_allowed(string binding, string problem)
    {
        var refused = Assert.Throws<HostStartException>(() => Read(Function("Wrong", binding)));

        Assert.StartsWith("function 'Wrong': ", Assert.Single(refused.Problems), StringComparison.Ordinal);
        Assert.Contains(problem, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_output_that_would_be_lost_is_refused_by_its_name()
    {
        var refused = Assert.Throws<HostStartException>(() => Read(Function("Copy", Http, """{"name":"copy","type":"blob","direction":"Out"}""")));

        Assert.Contains("function 'Copy': binding 'copy' of type blob is not served by this host", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_problems_are_told_at_once()
    {
        var refused = Assert.Throws<HostStartException>(() => Read(
            Function("A", """{"name":"t","type":"blobTrigger","direction":"In"}"""),
            Function("B", """{"name":"t","type":"timerTrigger","direction":"In","schedule":"x"}""")));

        Assert.Equal(2, refused.Problems.Count);
    }

    [Fact]
    public void Settings_are_put_in_and_a_function_that_is_switched_off_is_not_looked_at()
    {
        var settings = new Dictionary<string, string?>
        {
            ["Nightly"] = "0 0 9 * * *",
            ["Queue"] = "orders",
            ["Bus"] = "c",
            ["AzureWebJobs.Off.Disabled"] = "1",
        };
        var catalogue = Read(
            settings,
            Function("Off", """{"name":"b","type":"blobTrigger","direction":"In"}"""),
            Function("Night", """{"name":"t","type":"timerTrigger","direction":"In","schedule":"%Nightly%"}"""),
            Function("Take", """{"name":"m","type":"serviceBusTrigger","direction":"In","queueName":"%Queue%/$DeadLetterQueue","connection":"Bus"}"""),
            Function("Same", """{"name":"r","type":"httpTrigger","direction":"In","route":"same/{id?}","methods":["get","post"]}"""));

        var listing = FunctionListing.Of(catalogue, new Uri("http://127.0.0.1:7071/"));

        Assert.Contains("Same  GET,POST http://127.0.0.1:7071/api/same/{id?}", listing, StringComparison.Ordinal);
        Assert.Contains("Night  0 0 9 * * *", listing, StringComparison.Ordinal);
        Assert.Contains("Take  orders/$DeadLetterQueue", listing, StringComparison.Ordinal);
        Assert.DoesNotContain("Off", listing, StringComparison.Ordinal);
    }

    private static FunctionDefinition Function(string name, params string[] bindings) =>
        FunctionDefinition.Of(new FunctionMetadata { Name = name, RawBindings = { bindings } });

    private static FunctionCatalogue Read(params FunctionDefinition[] functions) => Read([], functions);

    private static FunctionCatalogue Read(Dictionary<string, string?> settings, params FunctionDefinition[] functions) =>
        FunctionCatalogue.Read(functions, new HostJson(), new SettingNames(settings));
}
