using LocalHost.Sandbox.Agit;
using LocalHost.Sandbox.DriverAdmin;
using LocalHost.Sandbox.Faults;
using LocalHost.Sandbox.Sms;
using LocalHost.Sandbox.Zendesk;

namespace LocalHost.Sandbox;

/// <summary>Tells what all systems got, as one document or one system's part of it, and starts afresh.</summary>
internal sealed class ReceivedControl(
    RequestLog log,
    TicketDesk desk,
    BoardWall wall,
    DriverRecords drivers,
    IReadOnlyList<ISmsGateway> sms,
    SmsFates fates,
    DeliveryReports reports,
    FaultOrders faults,
    HeldRequests held)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.Get("/sandbox", _ => Task.FromResult(Results.Content(SandboxPage.Render(Received(), faults.Snapshot()), "text/html; charset=utf-8")));
        routes.Get("/sandbox/received", _ => Task.FromResult(SandboxRouting.Json(Received())));
        routes.Get("/sandbox/received/{system}", http => Task.FromResult(PartOf(http.Part("system"))));
        routes.Delete("/sandbox/received", _ =>
        {
            Reset();
            return Task.FromResult(Results.NoContent());
        });
    }

    private IResult PartOf(string system) => SandboxSystems.TryParse(system, out var wanted)
        ? SandboxRouting.Json(PartOf(Received(), wanted!.Value))
        : ErrorAnswers.Invalid(SandboxSystems.Unknown(system));

    private ReceivedDocument Received()
    {
        var (notes, tickets) = desk.Snapshot();
        var (blocks, outcomes) = drivers.Snapshot();
        var (requests, refused) = log.Snapshot();
        return new()
        {
            Board = wall.Snapshot(),
            Blocks = blocks,
            Outcomes = outcomes,
            Sms = [.. sms.SelectMany(gateway => gateway.Snapshot()).OrderBy(message => message.SentAt)],
            Reports = reports.Snapshot(),
            Notes = notes,
            Tickets = tickets,
            Requests = requests,
            Refused = refused,
        };
    }

    private static ReceivedDocument PartOf(ReceivedDocument all, SandboxSystem system)
    {
        var common = new ReceivedDocument
        {
            Requests = [.. all.Requests.Where(r => r.System == system)],
            Refused = [.. all.Refused.Where(r => r.System == system)],
        };
        return system switch
        {
            SandboxSystem.Crm => common with { Notes = all.Notes, Tickets = all.Tickets },
            SandboxSystem.Board => common with { Board = all.Board },
            SandboxSystem.DriverAdmin => common with { Blocks = all.Blocks, Outcomes = all.Outcomes },
            SandboxSystem.Sms => common with { Sms = all.Sms, Reports = all.Reports },
        };
    }

    /// <summary>All that was received and all that was told: tickets, outcomes, faults. Ids go on, so that none comes twice.</summary>
    private void Reset()
    {
        faults.Clear();
        held.Release();
        desk.Reset();
        wall.Reset();
        drivers.Reset();
        fates.Reset();
        foreach (var gateway in sms)
        {
            gateway.Reset();
        }

        reports.Reset();
        log.Reset();
    }
}
