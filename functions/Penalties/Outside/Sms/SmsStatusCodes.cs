namespace Penalties.Outside.Sms;

/// <summary>Solapi's message status codes: 2xxx taken by Solapi, 3000 handed to the carrier, 4000 delivered, everything else final and failed.</summary>
internal static class SmsStatusCodes
{
    public static SmsDelivery DeliveryOf(string? code) => code switch
    {
        "4000" => SmsDelivery.Delivered,
        "3000" => SmsDelivery.Underway,
        null or "" => SmsDelivery.Underway,
        _ when code.StartsWith('2') => SmsDelivery.Underway,
        _ => SmsDelivery.Failed,
    };
}
