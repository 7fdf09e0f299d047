using System.Net.Http.Headers;
using LocalHost.Sandbox;
using Sandbox.Tests.Solapi;

namespace Sandbox.Tests.Faults;

/// <summary>One question that changes nothing to each of the systems, as the app would ask it.</summary>
internal static class Look
{
    public static async Task<HttpResponseMessage> At(
        World world, SandboxSystem system, HttpCompletionOption completion = HttpCompletionOption.ResponseContentRead)
    {
        await world.Sandbox.SeedTicket(new() { Id = 4711 });
        var options = world.Options;
        (string Path, AuthenticationHeaderValue Authorization) question = system switch
        {
            SandboxSystem.Crm => ("zendesk/api/v2/tickets/4711.json", Calls.Basic($"{options.Crm.Email}/token", options.Crm.ApiToken)),
            SandboxSystem.Board => ("agit/v2/groups", Calls.Bearer(options.Board.BotToken)),
            SandboxSystem.DriverAdmin => ("driver-admin/v1/outcomes/case-1", Calls.Bearer(options.DriverAdmin.Token)),
            SandboxSystem.Sms => ("solapi/cash/v1/balance", new SolapiCaller(world).Authorization(DateTimeOffset.UtcNow, Guid.NewGuid().ToString("N"))),
        };
        using var request = new HttpRequestMessage(HttpMethod.Get, question.Path) { Headers = { Authorization = question.Authorization } };
        return await world.Http.SendAsync(request, completion);
    }
}
