namespace LocalHost.Sandbox.Sms;

/// <summary>A provider of the sandbox, as far as the control routes deal with all of them alike.</summary>
internal interface ISmsGateway
{
    /// <summary>False when it has no such message with the carrier.</summary>
    bool Settle(string messageId, SmsFate fate);

    IReadOnlyList<ReceivedSms> Snapshot();

    void Reset();
}
