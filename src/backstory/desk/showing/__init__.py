"""What a page, an answer or a list shows, one module each: a thing in, its parts with their citations out."""
