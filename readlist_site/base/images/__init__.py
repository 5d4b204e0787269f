"""Images in people's texts: uploaded by one person, made anew from their pixels, and served to who may see a text that
shows them."""
