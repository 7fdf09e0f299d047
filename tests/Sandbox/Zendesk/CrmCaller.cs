using System.Globalization;
using System.Text.Json.Nodes;
using LocalHost.Sandbox;

namespace Sandbox.Tests.Zendesk;

/// <summary>Calls the CRM as the agent.</summary>
internal sealed class CrmCaller(World world)
{
    public static DateTimeOffset At(string instant) => DateTimeOffset.Parse(instant, CultureInfo.InvariantCulture);

    public Task<(int Status, JsonNode? Body)> Ask(HttpMethod method, string path, object? body = null) => world.Http.Ask(
        method, $"zendesk/api/v2/{path}", body, Calls.Basic($"{world.Options.Crm.Email}/token", world.Options.Crm.ApiToken));

    public Task<(int Status, JsonNode? Body)> Get(string path) => Ask(HttpMethod.Get, path);

    /// <summary>Follows an address the CRM gave out.</summary>
    public Task<(int Status, JsonNode? Body)> Follow(JsonNode? address) =>
        Get(new Uri((string)address!).PathAndQuery["/zendesk/api/v2/".Length..]);

    public Task Seed(long id, string updatedAt, string status = "open", params string[] tags) =>
        world.Sandbox.SeedTicket(new() { Id = id, Status = status, Tags = tags, UpdatedAt = At(updatedAt) });

    public static IEnumerable<int> Ids(JsonNode? tickets) => tickets!.AsArray().Select(ticket => (int)ticket!["id"]!);
}
