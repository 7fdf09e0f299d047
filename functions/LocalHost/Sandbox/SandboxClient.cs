using System.Net.Http.Json;

namespace LocalHost.Sandbox;

/// <summary>
/// Tells the sandbox what to do and asks what it got, over its <c>/sandbox</c> routes: the same for a sandbox in this process and in its own.
/// </summary>
/// <param name="http">Its base address is the sandbox's.</param>
public sealed class SandboxClient(HttpClient http) : IDisposable
{
    /// <summary>A client of the sandbox at that address, in this process or another; without a time-out, as some orders wait.</summary>
    public static SandboxClient At(Uri baseAddress) => new(new HttpClient { BaseAddress = baseAddress, Timeout = Timeout.InfiniteTimeSpan });

    /// <summary>The sandbox's address.</summary>
    public Uri BaseAddress => http.BaseAddress ?? throw new InvalidOperationException("the sandbox client's HttpClient has no BaseAddress");

    /// <summary>Everything the outside world got.</summary>
    public Task<ReceivedDocument> Received(CancellationToken ct = default) => Get<ReceivedDocument>("sandbox/received", ct);

    /// <summary>What one system got; the other systems' parts are empty.</summary>
    public Task<ReceivedDocument> Received(SandboxSystem system, CancellationToken ct = default) =>
        Get<ReceivedDocument>($"sandbox/received/{system.Name()}", ct);

    /// <summary>Forgets all that was received and told, faults included; held requests are released.</summary>
    public Task Reset(CancellationToken ct = default) => Send(HttpMethod.Delete, "sandbox/received", null, ct);

    /// <summary>Makes a ticket exist in the CRM.</summary>
    public Task SeedTicket(SeededTicket ticket, CancellationToken ct = default) => Send(HttpMethod.Post, "sandbox/crm/tickets", ticket, ct);

    /// <summary>Sends a signed webhook; the answers are the target's, one a repeat.</summary>
    public Task<IReadOnlyList<TargetAnswer>> SendWebhooks(WebhookOrder order, CancellationToken ct = default) =>
        Post<IReadOnlyList<TargetAnswer>>("sandbox/crm/webhooks", order, ct);

    /// <summary>Sends a signed webhook once and gives the target's answer.</summary>
    public async Task<TargetAnswer> SendWebhook(WebhookOrder order, CancellationToken ct = default) =>
        (await SendWebhooks(order with { Repeat = 1 }, ct)).Single();

    /// <summary>Sends many webhooks, shuffled, doubled and at once as ordered; the answers come in the order of sending.</summary>
    public Task<IReadOnlyList<WebhookAnswer>> SendWebhookBatch(WebhookBatch batch, CancellationToken ct = default) =>
        Post<IReadOnlyList<WebhookAnswer>>("sandbox/crm/webhooks", batch, ct);

    /// <summary>Concludes an outcome and pushes it once; the answer is the push target's, null when nothing was pushed.</summary>
    public async Task<TargetAnswer?> Conclude(OutcomeOrder outcome, CancellationToken ct = default)
    {
        using var response = await Request(HttpMethod.Post, "sandbox/driver-admin/outcomes", outcome with { Repeat = null }, ct);
        return outcome.PushTo is null ? null : await Read<TargetAnswer>(response, ct);
    }

    /// <summary>Concludes an outcome and pushes it as often as it says; the answers are the push target's.</summary>
    public Task<IReadOnlyList<TargetAnswer>> ConcludeAndPush(OutcomeOrder outcome, CancellationToken ct = default) =>
        Post<IReadOnlyList<TargetAnswer>>("sandbox/driver-admin/outcomes", outcome with { Repeat = outcome.Repeat ?? 1 }, ct);

    /// <summary>Makes the driver admin (not) know a driver; it knows every driver it was not told to forget.</summary>
    public Task SetDriverKnown(string driverId, bool known, CancellationToken ct = default) => Send(
        known ? HttpMethod.Delete : HttpMethod.Put, $"sandbox/driver-admin/unknown-drivers/{Uri.EscapeDataString(driverId)}", null, ct);

    /// <summary>Somebody lifts the mutual block of two in the driver admin, by hand; with a direction only that one.</summary>
    public Task LiftBlock(string driverId, string customerId, string? direction = null, CancellationToken ct = default) =>
        Send(HttpMethod.Post, "sandbox/driver-admin/lifted-blocks", new BlockLiftOrder(driverId, customerId, direction), ct);

    /// <summary>What becomes of the next message that is sent; several orders queue up, one a message.</summary>
    public Task NextSms(SmsResult result, string? statusCode = null, CancellationToken ct = default) =>
        Send(HttpMethod.Post, "sandbox/sms/next", new SmsFate(result, statusCode), ct);

    /// <summary>Settles a sent message later on, and reports it when reports are on.</summary>
    public Task SettleSms(string messageId, SmsResult result, string? statusCode = null, CancellationToken ct = default) =>
        Send(HttpMethod.Post, $"sandbox/sms/messages/{Uri.EscapeDataString(messageId)}/settle", new SmsFate(result, statusCode), ct);

    /// <summary>Where delivery reports are sent; null turns them off.</summary>
    public Task ReportSmsTo(string? url, CancellationToken ct = default) => ReportSms(new(url), ct);

    /// <summary>Where delivery reports are sent, how often each, and in which order.</summary>
    public Task ReportSms(SmsReports reports, CancellationToken ct = default) => Send(HttpMethod.Post, "sandbox/sms/reports", reports, ct);

    /// <summary>A bearer token for a person with these roles.</summary>
    /// <param name="audience">Whom it is for; null: the app.</param>
    /// <param name="minutes">How long it holds; null: for hours.</param>
    public async Task<string> Token(string person, string roles, string? audience = null, double? minutes = null, CancellationToken ct = default)
    {
        var form = new Dictionary<string, string> { ["sub"] = person, ["roles"] = roles, ["audience"] = audience ?? "" };
        if (minutes is { } some)
        {
            form["minutes"] = some.ToString(CultureInfo.InvariantCulture);
        }

        using var content = new FormUrlEncodedContent(form);
        using var response = await http.PostAsync("identity/token", content, ct);
        response.EnsureSuccessStatusCode();
        return (await Read<System.Text.Json.JsonElement>(response, ct)).GetProperty("access_token").GetString()!;
    }

    /// <summary>Orders a system to misbehave.</summary>
    public Task Order(Fault fault, CancellationToken ct = default) => Send(HttpMethod.Post, "sandbox/faults", fault, ct);

    /// <summary>Withdraws all orders to misbehave. Held requests stay held.</summary>
    public Task ClearFaults(CancellationToken ct = default) => Send(HttpMethod.Delete, "sandbox/faults", null, ct);

    /// <summary>Replaces all orders to misbehave; the answer holds the seeds that were drawn.</summary>
    public async Task<ScenarioState> SetScenario(Scenario scenario, CancellationToken ct = default)
    {
        using var response = await Request(HttpMethod.Put, "sandbox/scenario", scenario, ct);
        return await Read<ScenarioState>(response, ct);
    }

    /// <summary>The orders to misbehave that stand now, and how often each was carried out.</summary>
    public Task<ScenarioState> Scenario(CancellationToken ct = default) => Get<ScenarioState>("sandbox/scenario", ct);

    /// <summary>Lets held requests go on; tells how many there were.</summary>
    public async Task<int> ReleaseHeld(CancellationToken ct = default) => (await Post<Faults.Released>("sandbox/faults/release", null, ct)).Count;

    /// <summary>Comes back as soon as such a request is held.</summary>
    /// <exception cref="TimeoutException">None was within <paramref name="wait"/>.</exception>
    public async Task<HeldRequest> WhenHeld(SandboxSystem system, string operation, TimeSpan wait, CancellationToken ct = default)
    {
        var seconds = wait.TotalSeconds.ToString(CultureInfo.InvariantCulture);
        var held = await Get<IReadOnlyList<HeldRequest>>(
            $"sandbox/faults/held?system={system.Name()}&operation={Uri.EscapeDataString(operation)}&waitSeconds={seconds}", ct);
        return held.Count > 0 ? held[0] : throw new TimeoutException($"no {system.Name()} {operation} was held within {seconds} s");
    }

    public void Dispose() => http.Dispose();

    private async Task<T> Get<T>(string path, CancellationToken ct)
    {
        using var response = await Request(HttpMethod.Get, path, null, ct);
        return await Read<T>(response, ct);
    }

    private async Task<T> Post<T>(string path, object? body, CancellationToken ct)
    {
        using var response = await Request(HttpMethod.Post, path, body, ct);
        return await Read<T>(response, ct);
    }

    private async Task Send(HttpMethod method, string path, object? body, CancellationToken ct)
    {
        using var response = await Request(method, path, body, ct);
    }

    private async Task<HttpResponseMessage> Request(HttpMethod method, string path, object? body, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = JsonContent.Create(body, body.GetType(), options: SandboxJson.Camel);
        }

        var response = await http.SendAsync(request, ct);
        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw new SandboxException((int)response.StatusCode, $"{method} {path}: {await response.Content.ReadAsStringAsync(ct)}");
        }
    }

    private static async Task<T> Read<T>(HttpResponseMessage response, CancellationToken ct) =>
        await response.Content.ReadFromJsonAsync<T>(SandboxJson.Camel, ct)
        ?? throw new SandboxException((int)response.StatusCode, $"the sandbox answered null where {typeof(T).Name} was expected");
}

/// <summary>The sandbox could not do what it was told; the message is its answer.</summary>
public sealed class SandboxException(int status, string message) : Exception(message)
{
    /// <summary>400: the order is wrong; 502: the app did not answer the sandbox's call.</summary>
    public int Status { get; } = status;
}
