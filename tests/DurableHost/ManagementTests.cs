using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace DurableHost.Tests;

/// <summary>The extension's own management API, as the host hands it requests.</summary>
public sealed class ManagementTests : IAsyncLifetime
{
    private readonly Worker _worker = new Worker().Orchestrator("Wait", static async (context, input) =>
    {
        await context.WaitForExternalEvent<string>("Go");
        return input;
    });

    private Desk _desk = null!;

    public async Task InitializeAsync()
    {
        _desk = await Desk.Open(Desk.Memory(_worker));
        await _desk.Begin("Wait", "a", "in");
        await _desk.Settle();
    }

    public async Task DisposeAsync() => await _desk.DisposeAsync();

    [Fact]
    public async Task Status_tells_input_and_history()
    {
        using var answer = await Ask(HttpMethod.Get, "instances/a?showHistory=true");

        var status = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Equal("Running", status.GetProperty("runtimeStatus").GetString());
        Assert.Equal("in", status.GetProperty("input").GetString());
        Assert.NotEqual(0, status.GetProperty("historyEvents").GetArrayLength());
    }

    [Fact]
    public async Task Instances_are_listed()
    {
        using var answer = await Ask(HttpMethod.Get, "instances?runtimeStatus=Running");

        var list = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("a", Assert.Single(list.EnumerateArray()).GetProperty("instanceId").GetString());
    }

    [Fact]
    public async Task An_instance_is_terminated()
    {
        using var answer = await Ask(HttpMethod.Post, "instances/a/terminate?reason=enough");
        await _desk.Settle();

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        using var status = await Ask(HttpMethod.Get, "instances/a");
        Assert.Contains("Terminated", await status.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_instance_that_has_not_failed_is_not_rewound_and_the_answer_is_a_json_text()
    {
        using var answer = await Ask(HttpMethod.Post, "instances/a/rewind?reason=again");

        Assert.Equal(HttpStatusCode.PreconditionFailed, answer.StatusCode);
        Assert.Equal(JsonValueKind.String, (await answer.Content.ReadFromJsonAsync<JsonElement>()).ValueKind);
    }

    [Fact]
    public async Task An_unknown_instance_is_not_found()
    {
        using var answer = await Ask(HttpMethod.Get, "instances/nobody");

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    private async Task<HttpResponseMessage> Ask(HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(method, new Uri($"http://127.0.0.1:7071/runtime/webhooks/durabletask/{path}"));
        return await _desk.Host.Manage(request, CancellationToken.None);
    }
}
