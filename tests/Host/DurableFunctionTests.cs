using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using FunctionsHosting;
using FunctionsHosting.Testing;
using SmallApp;

namespace Host.Tests;

/// <summary>Orchestrations of an app that is not this product's: fan-out, child, retries, an event and a timer, over HTTP and the management API.</summary>
public sealed class DurableFunctionTests : IAsyncLifetime
{
    private const string Key = "system-key";

    private FunctionsHost _host = null!;
    private HttpClient _client = null!;

    public async Task InitializeAsync()
    {
        var options = Small.Only(
            nameof(DurableFunctions.StartTrip), nameof(DurableFunctions.Trip), nameof(DurableFunctions.Insure), nameof(DurableFunctions.Book),
            nameof(DurableFunctions.Sign), nameof(HttpFunctions.Greet));
        _host = await (options with { TaskHub = MemoryTaskHub.Create }).With("FunctionsHost:DurableTaskKey", Key).Run();
        _client = _host.CreateClient();
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task A_whole_orchestration_follows_business_time_its_retries_too()
    {
        using (var started = await _client.PostAsync(new Uri("small/trips/t-1", UriKind.Relative), content: null))
        {
            Assert.Equal(HttpStatusCode.Accepted, started.StatusCode);
        }

        await _host.WhenIdle();
        Assert.Single(_host.Lines());
        await _host.AdvanceTo(Small.Start.AddMinutes(1.5));
        Assert.Equal(2, _host.Lines().Count);
        await _host.AdvanceTo(Small.Start.AddMinutes(3));
        Assert.Equal(3, _host.Lines().Count);

        await _host.DurableClient.RaiseEventAsync("t-1", DurableFunctions.Approved, true);
        await _host.AdvanceTo(Small.Start.AddMinutes(62));
        Assert.Equal("Running", (await Status("t-1")).GetProperty("runtimeStatus").GetString());

        await _host.AdvanceTo(Small.Start.AddMinutes(64));
        var ended = await Status("t-1");
        Assert.Equal("Completed", ended.GetProperty("runtimeStatus").GetString());
        Assert.Equal("booked out+booked back signed t-1 True", ended.GetProperty("output").GetString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("?code=another")]
    public async Task The_management_api_wants_the_system_key(string query)
    {
        using var answer = await _client.GetAsync(new Uri($"runtime/webhooks/durabletask/instances/t-2{query}", UriKind.Relative));

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task The_management_api_is_the_extensions_own()
    {
        using (await _client.PostAsync(new Uri("small/trips/t-3", UriKind.Relative), content: null))
        {
            await _host.WhenIdle();
        }

        using (var unknown = await _client.GetAsync(Route("t-4")))
        {
            Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        }

        using (var ended = await _client.PostAsync(Route("t-3/terminate", "&reason=enough"), content: null))
        {
            Assert.Equal(HttpStatusCode.Accepted, ended.StatusCode);
        }

        await _host.WhenIdle();
        Assert.Equal("Terminated", (await Status("t-3")).GetProperty("runtimeStatus").GetString());
    }

    [Fact]
    public async Task An_event_raised_over_the_management_api_arrives_with_its_body()
    {
        using (await _client.PostAsync(new Uri("small/trips/t-5", UriKind.Relative), content: null))
        {
            await _host.AdvanceTo(Small.Start.AddMinutes(3));
        }

        using (var raised = await _client.PostAsJsonAsync(Route($"t-5/raiseEvent/{DurableFunctions.Approved}"), true))
        {
            Assert.Equal(HttpStatusCode.Accepted, raised.StatusCode);
        }

        await _host.AdvanceTo(Small.Start.AddMinutes(64));
        Assert.Equal("booked out+booked back signed t-5 True", (await Status("t-5")).GetProperty("output").GetString());
    }

    private static Uri Route(string path, string more = "") => new($"runtime/webhooks/durabletask/instances/{path}?code={Key}{more}", UriKind.Relative);

    private Task<JsonElement> Status(string id) => _client.GetFromJsonAsync<JsonElement>(Route(id));
}
