using System.Net;
using System.Net.Http.Json;
using System.Text;
using FunctionsHosting;
using FunctionsHosting.Storage;

namespace Host.Tests;

/// <summary>
/// An app in the shape of the plain quickstarts, as a process: HttpRequestData over the stream, functions that the worker does not index, entities, a
/// hub named by a setting.
/// </summary>
public sealed class PlainAppTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private FunctionsHost _host = null!;
    private HttpClient _client = null!;

    public async Task InitializeAsync()
    {
        _host = await FunctionsHost.StartAsync(BuiltApp.Named("PlainApp"), Options("PlainHub"));
        _client = _host.CreateClient();
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _host.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task It_is_served_over_the_stream_of_the_worker()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/echo/Kim?n=7&code=secret")
        {
            Content = new StringContent("""{"colour":"blue","name":"not this"}""", Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("X-Tell", "this");
        using var answer = await _client.SendAsync(request);

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Equal("""POST Kim 7 blue {"colour":"blue","name":"not this"}""", await answer.Content.ReadAsStringAsync());
        Assert.Contains("taste=sweet", Assert.Single(answer.Headers.GetValues("Set-Cookie")), StringComparison.Ordinal);
        Assert.Equal("this", Assert.Single(answer.Headers.GetValues("X-Told")));

        using var words = await _client.GetAsync("api/words");
        Assert.Equal(("text/plain", "말"), (words.Content.Headers.ContentType?.MediaType, await words.Content.ReadAsStringAsync()));
        Assert.Equal(HttpStatusCode.NoContent, (await _client.GetAsync("api/nothing")).StatusCode);
        Assert.Equal(HttpStatusCode.InternalServerError, (await _client.GetAsync("api/fails")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await _client.DeleteAsync("api/words")).StatusCode);
    }

    [Fact]
    public async Task Route_query_and_headers_are_binding_data()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "api/bound/tea?n=7");
        request.Headers.Add("X-Tell", "this");
        using var answer = await _client.SendAsync(request);

        var told = await answer.Content.ReadAsStringAsync();
        Assert.StartsWith("""tea {"n":"7"} {""", told, StringComparison.Ordinal);
        Assert.Contains("\"X-Tell\":\"this\"", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_refused_as_what_it_is()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/echo/Kim") { Content = new ByteArrayContent(new byte[31_000_000]) };
        request.Headers.ExpectContinue = true;
        using var answer = await _client.SendAsync(request);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    [Fact]
    public async Task Entities_keep_what_they_are_told()
    {
        foreach (var amount in new[] { 3, 4 })
        {
            using var told = await _client.PostAsync($"api/counter/one/{amount}", content: null);
            Assert.Equal(HttpStatusCode.NoContent, told.StatusCode);
        }

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (await _client.GetStringAsync("api/counter/one", limit.Token) != "7")
        {
            await Task.Delay(200, limit.Token); // the engine tells nobody when a signal was taken
        }
    }

    [Fact]
    public async Task A_hub_whose_setting_is_missing_is_refused_by_the_settings_name()
    {
        var refused = await Assert.ThrowsAsync<HostStartException>(() => FunctionsHost.StartAsync(BuiltApp.Named("PlainApp"), Options(hub: null)));

        Assert.Equal("The setting PlainHub is missing; extensions.durableTask.hubName is taken from it.", refused.Message);
    }

    private FunctionsHostOptions Options(string? hub) => new()
    {
        Settings = hub is null ? new Dictionary<string, string?>() : new Dictionary<string, string?> { ["PlainHub"] = hub },
        Worker = WorkerPlace.OwnProcess,
        Azurite = new AzuriteOptions { Folder = Path.Combine(_folder.Path, "azurite"), InMemory = true },
        DrainLimit = TimeSpan.FromSeconds(10),
    };
}
